# args: -W error $file
# expect-error: DeprecationWarning: old
import warnings
warnings.warn("old", DeprecationWarning)
