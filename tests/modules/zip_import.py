# A zip file on sys.path is a folder of modules; so is one that holds a program.
import os, sys, tempfile, zipfile

folder = tempfile.mkdtemp()
path = os.path.join(folder, 'library.zip')
with zipfile.ZipFile(path, 'w') as archive:
    archive.writestr('zipped_module.py', 'value = 42\n')
    archive.writestr('zipped_package/__init__.py', '')
    archive.writestr('zipped_package/inner.py', 'from . import __path__ as where\n')
sys.path.insert(0, path)

import zipped_module
import zipped_package.inner

print(zipped_module.value, zipped_module.__file__ == os.path.join(path, 'zipped_module.py'))  # expect: 42 True
print(os.path.basename(zipped_package.inner.where[0]))  # expect: zipped_package
print(sys.path_hooks[0].__name__)                       # expect: zipimporter

try:
    import not_in_there
except ModuleNotFoundError as error:
    print(error)                                        # expect: No module named 'not_in_there'
