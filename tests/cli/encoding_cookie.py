# command: printf '# -*- coding: latin-1 -*-\nprint(ascii("\351"))\n' > "$tmp/l.py"; "$weft" "$tmp/l.py"
# expect: '\xe9'
