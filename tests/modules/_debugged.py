# What pdb_session.py steps through.
def total(numbers):
    result = 0
    for n in numbers:
        result += n
    return result


a = total([1, 2])
b = a + 1
if b > 100:
    print("big")
print(a, b)
