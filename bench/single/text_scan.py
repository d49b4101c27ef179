# Text character by character: a small tokenizer and evaluator.
def tokens(text):
    i = 0
    while i < len(text):
        c = text[i]
        if c.isdigit():
            j = i
            while j < len(text) and text[j].isdigit():
                j += 1
            yield int(text[i:j])
            i = j
        else:
            if not c.isspace():
                yield c
            i += 1

def evaluate(text):
    def expression(stack):
        value = term(stack)
        while stack and stack[-1] in "+-":
            op = stack.pop()
            right = term(stack)
            value = value + right if op == "+" else value - right
        return value
    def term(stack):
        value = factor(stack)
        while stack and stack[-1] == "*":
            stack.pop()
            value = value * factor(stack) % 1_000_007
        return value
    def factor(stack):
        token = stack.pop()
        if token == "(":
            value = expression(stack)
            stack.pop()
            return value
        return int(token)
    return expression([str(t) for t in tokens(text)][::-1])

source = "(12 + 34) * 5 - (6 * (7 + 8)) + 90 * 12 - 3 "
assert evaluate(source) == 46 * 5 - 90 + 1080 - 3
for _ in range(8_000):
    evaluate(source * 1)
assert sum(1 for _ in tokens(source * 800)) > 16_000
