"""What plugins may import: it is part of the component's memory image, since there are no files to load it from."""

import importlib

_modules = """
abc argparse array ast asyncio base64 binascii bisect calendar codecs collections collections.abc colorsys configparser
contextlib contextvars copy copyreg csv dataclasses datetime decimal difflib dis email email.headerregistry email.message
email.mime.multipart email.mime.text email.mime.base email.mime.application email.parser email.policy email.utils email.header
email.generator enum errno fnmatch fractions functools gc gettext glob graphlib hashlib heapq hmac html html.entities html.parser
http http.cookies http.client importlib importlib.metadata importlib.resources importlib.util inspect io ipaddress itertools json
keyword linecache locale logging logging.handlers marshal math mimetypes numbers operator os os.path pathlib pickle
pkgutil platform posixpath pprint queue quopri random re reprlib sched secrets select selectors shlex shutil signal socket
socketserver stat statistics string stringprep struct subprocess sys tempfile textwrap threading time timeit token
tokenize traceback types typing unicodedata unittest unittest.mock urllib urllib.error urllib.parse urllib.request uuid warnings
weakref xml xml.dom xml.dom.minidom xml.etree xml.etree.ElementTree xml.sax xml.sax.saxutils zipfile zlib zoneinfo
concurrent.futures concurrent.futures.thread asyncio.taskgroups asyncio.timeouts asyncio.queues asyncio.locks
encodings encodings.ascii encodings.idna encodings.latin_1 encodings.punycode encodings.utf_8 encodings.utf_8_sig
encodings.utf_16 encodings.utf_16_le encodings.utf_16_be encodings.utf_32 encodings.cp1252 encodings.cp437 encodings.iso8859_1
encodings.iso8859_15 encodings.unicode_escape encodings.raw_unicode_escape encodings.hex_codec encodings.base64_codec
encodings.quopri_codec encodings.aliases encodings.mac_roman
madeopen_plugin madeopen_plugin._adapter madeopen_plugin._context madeopen_plugin._host madeopen_plugin._plugin
"""

missing = []
for _name in _modules.split():
    try:
        importlib.import_module(_name)
    except ImportError:
        missing.append(_name)
