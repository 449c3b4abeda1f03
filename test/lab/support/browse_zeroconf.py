"""Browses for a service type and tells, for each line that it reads, what python-zeroconf has of it."""

import json
import sys

from zeroconf import IPVersion, ServiceBrowser, Zeroconf

address, service_type = sys.argv[1:]
names = set()


class Listener:
    def add_service(self, _zeroconf, _type, name):
        names.add(name)

    def update_service(self, _zeroconf, _type, name):
        names.add(name)

    def remove_service(self, _zeroconf, _type, name):
        names.discard(name)


zeroconf = Zeroconf(interfaces=[address], ip_version=IPVersion.V4Only)
browser = ServiceBrowser(zeroconf, service_type, Listener())
print("browsing", flush=True)
for _ in sys.stdin:
    seen = []
    for name in sorted(names):
        info = zeroconf.get_service_info(service_type, name, timeout=2000)
        if info:
            seen += [[name.split(".")[0], each, info.port] for each in info.parsed_addresses()]
    print(json.dumps(seen), flush=True)
zeroconf.close()
