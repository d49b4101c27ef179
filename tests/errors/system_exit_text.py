# SystemExit with a text prints it.
# expect-error: the text
# exit: 1
import sys
sys.exit("the text")
