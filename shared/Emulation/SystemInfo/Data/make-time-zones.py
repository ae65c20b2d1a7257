#!/usr/bin/env python3
"""Makes time-zones.txt from public data: CLDR's windowsZones.xml (names, places, zones of each territory) and the tz database
(rules in force now, aliases). Usage: make-time-zones.py windowsZones.xml /usr/share/zoneinfo > time-zones.txt
Debian: package unicode-cldr-core (usr/share/unicode/cldr/common/supplemental/windowsZones.xml) and package tzdata."""
import re
import sys

xml = open(sys.argv[1], encoding="utf-8").read()
zoneinfo = sys.argv[2]

display, zones, order = {}, {}, []
comment = ""
for line in xml.splitlines():
    if m := re.match(r"\s*<!-- (\(UTC.*\)? .*|\(UTC.*) -->", line):
        comment = m.group(1).strip()
    elif m := re.match(r'\s*<mapZone other="([^"]+)" territory="([^"]+)" type="([^"]+)"', line):
        key, territory, names = m.groups()
        if territory == "001":
            order.append(key)
            display[key] = comment
            zones[key] = names.split()
        else:
            zones[key] += [n for n in names.split() if n not in zones[key]]

aliases = {}
for line in open(zoneinfo + "/tzdata.zi", encoding="utf-8"):
    parts = line.split()
    if parts and parts[0] == "L":
        aliases.setdefault(parts[1], []).append(parts[2])
known = {name for names in zones.values() for name in names}
groups = []
for target, links in aliases.items():
    groups.append({target, *links})
for key in order:
    for name in list(zones[key]):
        for group in groups:
            if name in group:
                for other in sorted(group):
                    if other not in known:
                        zones[key].append(other)
                        known.add(other)

def footer(name):
    return open(f"{zoneinfo}/{name}", "rb").read().rstrip(b"\n").rsplit(b"\n", 1)[1].decode()

OFFSET = r"([+-]?\d+)(?::(\d+))?(?::(\d+))?"
NAME = r"(?:<[^>]+>|[A-Za-z]+)"

def minutes(text):
    m = re.fullmatch(OFFSET, text)
    sign = -1 if text.startswith("-") else 1
    return sign * (abs(int(m.group(1))) * 60 + int(m.group(2) or 0))

def change(rule):
    """A POSIX rule Mm.w.d[/time] as month.day-of-week.week/minutes, with the time brought into one day."""
    date, _, time = rule.partition("/")
    month, week, day = (int(x) for x in date[1:].split("."))
    at = minutes(time) if time else 120
    while at >= 1440:
        at, day = at - 1440, (day + 1) % 7
    while at < 0:
        at, day = at + 1440, (day - 1) % 7
    return f"{month}.{day}.{week}/{at}"

print("# Windows time zones: key name, place (Display), bias (UTC minus standard time, minutes), daylight bias, change to standard")
print("# time, change to daylight time (month.day-of-week.week/minute of the day; week 5 = last; - = none), tz database names.")
print("# Made by make-time-zones.py from CLDR's windowsZones.xml (Unicode licence) and the tz database (public domain). Fields: tab.")
for key in order:
    tz = footer(zones[key][0])
    m = re.fullmatch(rf"{NAME}({OFFSET})(?:{NAME}({OFFSET})?(?:,([^,]+),([^,]+))?)?", tz)
    bias = minutes(m.group(1))
    start, end = m.group(9), m.group(10)
    if start and start.startswith("M"):
        daylight = minutes(m.group(5)) - bias if m.group(5) else -60
        row = (daylight, change(end), change(start))
    else:
        row = (-60, "-", "-")
    print("\t".join([key, display[key], str(bias), *map(str, row), " ".join(zones[key])]))
