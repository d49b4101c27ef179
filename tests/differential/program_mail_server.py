# A small mail server on asyncio, and clients that talk to it at once.
import asyncio
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


class Mailbox:
    def __init__(self):
        self.letters = []

    async def handle(self, reader, writer):
        def say(line):
            writer.write(line.encode() + b"\r\n")
        say("220 ready")
        sender, receivers = None, []
        while line := (await reader.readline()).decode().strip():
            verb, _, rest = line.partition(" ")
            if verb == "HELO":
                say("250 hello " + rest)
            elif verb == "MAIL":
                sender = rest
                say("250 ok")
            elif verb == "RCPT" and sender:
                receivers.append(rest)
                say("250 ok")
            elif verb == "DATA" and receivers:
                say("354 go on")
                data = await reader.readuntil(b"\r\n.\r\n")
                self.letters.append((sender, receivers, data[:-3]))
                say("250 kept")
            elif verb == "QUIT":
                say("221 bye")
                break
            else:
                say("503 not now")
            await writer.drain()
        writer.close()


async def send(port, sender, receivers, message):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = [await reader.readline()]
    for line in ["HELO me", "RCPT too early", f"MAIL {sender}", *[f"RCPT {r}" for r in receivers], "DATA"]:
        writer.write(line.encode() + b"\r\n")
        answers.append(await reader.readline())
    writer.write(message.as_bytes().replace(b"\n", b"\r\n") + b"\r\n.\r\n")
    answers.append(await reader.readline())
    writer.write(b"QUIT\r\n")
    answers.append(await asyncio.wait_for(reader.readline(), 20))
    writer.close()
    await writer.wait_closed()
    return [a.decode().strip() for a in answers]


def letter(n):
    message = EmailMessage()
    message["Subject"] = f"Letter {n}: Grüße"
    message["From"] = "Ann <ann@example.org>"
    message["To"] = "bob@example.org, Ćirilo <c@example.org>"
    message.set_content(f"Number {n}\nwith an é\n")
    message.add_attachment(bytes(range(n)), maintype="application", subtype="octet-stream", filename=f"{n}.bin")
    return message


async def main():
    box = Mailbox()
    server = await asyncio.start_server(box.handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    results = await asyncio.gather(*(send(port, "ann", ["bob", "c"][:1 + n % 2], letter(n)) for n in range(6)))
    for result in results:
        print(result)
    server.close()
    await server.wait_closed()
    for sender, receivers, data in sorted(box.letters, key=lambda kept: message_from_bytes(kept[2], policy=default)["Subject"]):
        message = message_from_bytes(data, policy=default)
        attachment = next(message.iter_attachments())
        print(sender, receivers, message["Subject"], message["To"].addresses[1].display_name,
              message.get_body().get_content().split("\n"), attachment.get_filename(), attachment.get_content())

asyncio.run(main())
