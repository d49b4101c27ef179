# Numbers read from texts of many shapes, and written.
texts = ["0", "-0", "+0", "7", "-7", "+7", "007", "-", "+", "", " ", " 12 ", "\t-5\n", "1_000", "1__0", "_1", "1_",
         "99999999999999", "-99999999999999", "100000000000000", "562949953421311", "562949953421312", "-562949953421313",
         "9" * 40, "-" + "9" * 47, "1" * 48, "1" * 49, " " * 60 + "5" + " " * 60, "12a", "a", "1\0", "\0", "١٢٣", "1٢", "é",
         "１２", "0x10", "1.5", "-1.5e3", ".5", "5.", "1e400", "nan", "-inf", "infinity", "1_0.5_0", "1e", "1 2", "3.14é",
         "0." + "1" * 60, "1" * 60 + ".5", "1j", "1+2j", " (1-2j) ", "1_0j", "\xa05\xa0"]
for text in texts:
    for read in (int, float, complex, lambda t: int(t, 0), lambda t: int(t, 16), lambda t: int(t, 2)):
        try:
            print(repr(read(text)), end=" ")
        except ValueError as error:
            print(ascii(str(error)), end=" ")
    print()
for bits in range(0, 70, 3):
    for number in (2**bits - 1, 2**bits, -2**bits):
        print(number, str(number), repr(number), hex(number), oct(number), bin(number), "%d %x" % (number, number))
