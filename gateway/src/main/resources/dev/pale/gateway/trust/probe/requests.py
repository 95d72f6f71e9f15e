import sys
try:
    import requests
except ImportError:
    sys.exit(77)
print(requests.get(sys.argv[1], timeout=20).text)
