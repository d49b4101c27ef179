# Sets $page to the tutorial's page, or to nothing where it is not there. $WEFT_TUTORIAL names another
# place for it. Sourced with $WEFT_TEST_ROOT set to the tree.
page=${WEFT_TUTORIAL:-$WEFT_TEST_ROOT/../shared/tutorial/concurrency-in-python-part-1.md}
[ -e "$page" ] || page=

# tutorial_blocks FOLDER - writes the page's Python blocks to FOLDER/1.py, FOLDER/2.py, ...
tutorial_blocks() {
    awk -v folder="$1" '
        /^```python/ { inside = 1; n++; next }
        /^```/ { inside = 0 }
        inside { print > (folder "/" n ".py") }' "$page"
}
