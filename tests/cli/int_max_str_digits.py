# command: p='import sys; print(sys.flags.int_max_str_digits, sys.get_int_max_str_digits())'; "$weft" -c "$p"; "$weft" -X int_max_str_digits=0 -c "$p"; "$weft" -X int_max_str_digits=700 -c "$p"; PYTHONINTMAXSTRDIGITS=800 "$weft" -c "$p"; PYTHONINTMAXSTRDIGITS=800 "$weft" -X int_max_str_digits=900 -c "$p"; PYTHONINTMAXSTRDIGITS=800 "$weft" -I -c "$p"; "$weft" -X int_max_str_digits=0 -c 'print(len(str(10 ** 9999)))'; for v in 3 x '' -1 99999999999; do "$weft" -X int_max_str_digits=$v -c 1; echo $?; done; PYTHONINTMAXSTRDIGITS=12 "$weft" -c 1; echo $?; "$weft" -X int_max_str_digits -c 1
# expect: -1 4300
# expect: 0 0
# expect: 700 700
# expect: 800 800
# expect: 900 900
# expect: -1 4300
# expect: 10000
# expect: 1
# expect: 1
# expect: 1
# expect: 1
# expect: 1
# expect: 1
# exit: 1
# expect-stderr: Fatal Python error: config_init_int_max_str_digits: -X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.
# expect-stderr: Fatal Python error: config_init_int_max_str_digits: -X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.
# expect-stderr: Fatal Python error: config_init_int_max_str_digits: -X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.
# expect-stderr: Fatal Python error: config_init_int_max_str_digits: -X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.
# expect-stderr: Fatal Python error: config_init_int_max_str_digits: -X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.
# expect-stderr: Fatal Python error: config_init_int_max_str_digits: PYTHONINTMAXSTRDIGITS: invalid limit; must be >= 640 or 0 for unlimited.
# expect-stderr: Fatal Python error: config_init_int_max_str_digits: -X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.
