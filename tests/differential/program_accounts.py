# Money and exact numbers: decimal, fractions, statistics, dates.
import calendar
import collections
import datetime
import decimal
import enum
import fractions
import functools
import heapq
import itertools
import statistics
from dataclasses import asdict, dataclass, field, replace
from decimal import ROUND_HALF_EVEN, ROUND_UP, Decimal
from zoneinfo import ZoneInfo


class Kind(enum.Enum):
    IN = "in"
    OUT = "out"

    @property
    def sign(self):
        return 1 if self is Kind.IN else -1


@dataclass(order=True, frozen=True)
class Entry:
    day: datetime.date
    amount: Decimal = field(compare=False)
    kind: Kind = field(default=Kind.IN, compare=False)
    tags: tuple = ()


entries = [Entry(datetime.date(2024, 1, 31) + datetime.timedelta(days=n * 17), Decimal(n * n + 1) / 7,
                 Kind.OUT if n % 3 else Kind.IN, ("t%d" % (n % 2),)) for n in range(12)]
cent = Decimal("0.01")
total = sum((e.amount * e.kind.sign for e in entries), Decimal())
print(total, total.quantize(cent), total.quantize(cent, ROUND_UP), format(total, "+,.3f"))
with decimal.localcontext() as context:
    context.prec = 50
    print(Decimal(2).sqrt(), Decimal(1) / 3, Decimal(10).ln(), bool(context.flags[decimal.Inexact]))
for expression in (lambda: Decimal(1) / 0, lambda: Decimal("x"), lambda: Decimal("sNaN") + 1):
    try:
        expression()
    except decimal.DecimalException as error:
        print(type(error).__name__)
print(Decimal("2.675").quantize(cent, ROUND_HALF_EVEN), Decimal("1E+5").normalize(), Decimal("-0").copy_abs(),
      Decimal("123.4500").as_tuple(), Decimal(0.1))
third = fractions.Fraction(1, 3)
print(third + fractions.Fraction("0.25"), fractions.Fraction(3.14159).limit_denominator(100), third ** 3, round(third, 2),
      float(third), fractions.Fraction("-7/21"))
by_month = collections.defaultdict(list)
for e in sorted(entries, reverse=True):
    by_month[e.day.strftime("%Y-%m")].append(e)
for month, group in sorted(by_month.items()):
    print(month, len(group), [str(e.amount.quantize(cent)) for e in group])
print(asdict(replace(entries[0], tags=("new",))))
print(heapq.nlargest(3, entries, key=lambda e: e.amount)[0].day,
      [k for k, g in itertools.groupby(entries, key=lambda e: e.kind.name)])
data = [float(e.amount) for e in entries]
print(statistics.mean(data), statistics.median(data), statistics.stdev(data), statistics.quantiles(data, n=4))
print(statistics.linear_regression(range(12), data), statistics.NormalDist.from_samples(data).cdf(5))
berlin, tokyo = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")
moment = datetime.datetime(2024, 3, 31, 1, 59, 59, tzinfo=berlin)
for step in (0, 1, 3601):
    later = (moment.astimezone(datetime.timezone.utc) + datetime.timedelta(seconds=step)).astimezone(berlin)
    print(later.isoformat(), later.tzname(), later.astimezone(tokyo).strftime("%a %d %b %H:%M:%S %z"))
print(calendar.month(2024, 2), tuple(datetime.date(2024, 12, 30).isocalendar()), datetime.datetime.fromisoformat("2024-05-06T07:08:09.123+02:00"))


@functools.lru_cache(maxsize=None)
def ways(amount, coins=(50, 20, 10, 5, 2, 1)):
    if amount == 0:
        return 1
    return sum(ways(amount - c, coins[i:]) for i, c in enumerate(coins) if c <= amount)


print(ways(100), ways.cache_info())
