# SystemExit with a number.
# exit: 7
raise SystemExit(7)
