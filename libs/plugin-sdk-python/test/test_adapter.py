import types
import unittest

from madeopen_plugin import (
    ConnectorPlugin,
    DataItem,
    FaxPlugin,
    FaxStatus,
    PluginError,
    SendResult,
    StatusResult,
)
from madeopen_plugin import _adapter, _context, _plugin


class Contacts(ConnectorPlugin):
    id = "com.example.contacts"

    async def sync(self, context):
        yield DataItem("person", "1", {"name": "Ada"}, {"id": 1})
        yield {"type": "person", "external_id": "2", "data": {"external_id": "x"}, "raw": None}

    def map_to_unified_model(self, raw_item):
        return DataItem("person", str(raw_item["id"]), {}, raw_item)


class Fax(FaxPlugin):
    def __init__(self):
        self.calls = []

    async def initialize(self, config):
        self.calls.append(("initialize", dict(config)))

    def shutdown(self):
        self.calls.append(("shutdown",))

    async def send_fax(self, to_number, file_path, options=None):
        self.calls.append(("send_fax", to_number, str(file_path), file_path.name, dict(options)))
        return SendResult(job_id="j1", backend="sample")

    def get_status(self, job_id):
        return StatusResult(job_id, "SUCCESS", pages=3)


def module(**members):
    made = types.ModuleType("sample")
    vars(made).update(members)
    return made


class FindPlugin(unittest.TestCase):
    def test_takes_plugin_of_the_module(self):
        plugin = object()
        self.assertIs(_plugin.find_plugin(module(plugin=plugin, Contacts=Contacts)), plugin)
        self.assertIsInstance(_plugin.find_plugin(module(plugin=Contacts)), Contacts)

    def test_takes_the_single_class(self):
        found = _plugin.find_plugin(module(ConnectorPlugin=ConnectorPlugin, Contacts=Contacts))
        self.assertIsInstance(found, Contacts)

    def test_takes_the_derived_one_of_two(self):
        class More(Contacts):
            pass

        self.assertIsInstance(_plugin.find_plugin(module(Contacts=Contacts, More=More)), More)

    def test_says_what_is_wrong(self):
        class Half(ConnectorPlugin):
            async def sync(self, context):
                yield {}

        with self.assertRaisesRegex(PluginError, "Half lacks map_to_unified_model"):
            _plugin.find_plugin(module(Half=Half))
        with self.assertRaisesRegex(PluginError, "several: Contacts, Fax"):
            _plugin.find_plugin(module(Contacts=Contacts, Fax=Fax))
        with self.assertRaisesRegex(PluginError, "neither"):
            _plugin.find_plugin(module())


class Calls(unittest.IsolatedAsyncioTestCase):
    context = _context.build_context({"apiKey": "k"})

    async def test_items_have_the_names_of_the_platform(self):
        items = [item async for item in _adapter.items_of(Contacts(), self.context)]
        self.assertEqual([item["externalId"] for item in items], ["1", "2"])
        self.assertEqual(items[1]["data"], {"external_id": "x"})

    async def test_a_fax_goes_out_between_initialize_and_shutdown(self):
        fax = Fax()
        file = {"file_id": "f" * 64, "name": "a.pdf", "mime_type": "application/pdf", "size_bytes": 3}
        sent = {"to": "+1555", "file": file, "idempotencyKey": "i1", "from": "+1556"}
        result = await _adapter.invoke(fax, "sendFax", [sent], self.context)
        self.assertEqual(result, {"status": "accepted", "jobId": "j1"})
        self.assertEqual(
            fax.calls,
            [
                ("initialize", {"apiKey": "k"}),
                (
                    "send_fax",
                    "+1555",
                    "f" * 64,
                    "a.pdf",
                    {"file": file, "idempotency_key": "i1", "from": "+1556"},
                ),
                ("shutdown",),
            ],
        )

    async def test_statuses_are_those_of_the_platform(self):
        result = await _adapter.invoke(Fax(), "getStatus", ["j1"], self.context)
        self.assertEqual(
            result,
            {"status": "succeeded", "jobId": "j1", "providerStatus": "SUCCESS", "pages": 3},
        )
        with self.assertRaisesRegex(PluginError, "no cancel_fax"):
            await _adapter.invoke(Fax(), "cancelFax", ["j1"], self.context)
        self.assertEqual(_adapter.functions_of(Fax()), ["sendFax", "getStatus"])
        self.assertEqual(FaxStatus("failed").value, "failed")


if __name__ == "__main__":
    unittest.main()
