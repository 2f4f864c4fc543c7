/** Code of a new connector: the sample of the author's guide. */
const connector = (
  id: string,
): string => `from madeopen_plugin import ConnectorPlugin, DataItem, paginate, require_config, with_retry


class Plugin(ConnectorPlugin):
    id = "${id}"

    async def sync(self, context):
        api_key = require_config(context, "apiKey")

        async def page(cursor):
            url = "https://api.example.com/contacts"
            if cursor:
                url += f"?cursor={cursor}"
            headers = {"Authorization": f"Bearer {api_key}"}
            found = await with_retry(lambda: context.http.get(url, headers))
            return found["contacts"], found.get("nextCursor")

        async for raw in paginate(page):
            yield self.map_to_unified_model(raw)

    def map_to_unified_model(self, raw_item):
        return DataItem(
            type="person",
            external_id=raw_item["id"],
            data={"display_name": raw_item["name"], "emails": [raw_item["email"]]},
            raw=raw_item,
        )
`;

const connectorTest = `import unittest

from madeopen_plugin.testing import FakePlatform
from plugin import Plugin

contacts = "https://api.example.com/contacts"


class Sync(unittest.IsolatedAsyncioTestCase):
    async def test_yields_the_items_of_every_page(self):
        platform = FakePlatform({"apiKey": "test-key"})
        ada = {"id": "1", "name": "Ada", "email": "a@example.com"}
        bob = {"id": "2", "name": "Bob", "email": "b@example.com"}
        platform.answer("GET", contacts, {"contacts": [ada], "nextCursor": "2"})
        platform.answer("GET", f"{contacts}?cursor=2", {"contacts": [bob]})
        items = await platform.sync(Plugin())
        self.assertEqual([item.external_id for item in items], ["1", "2"])
        self.assertEqual(items[0].data, {"display_name": "Ada", "emails": ["a@example.com"]})
        self.assertEqual(platform.requests[0].headers, {"Authorization": "Bearer test-key"})


if __name__ == "__main__":
    unittest.main()
`;

const channel = (id: string): string => `from datetime import datetime, timezone

from madeopen_plugin import ChannelPlugin, require_config


class Plugin(ChannelPlugin):
    id = "${id}"
    channel_type = "chat"

    async def handle_incoming_event(self, payload, context):
        await context.emit_event(
            "communication.MessageReceived",
            {
                "channelType": self.channel_type,
                "externalId": payload["id"],
                "from": payload["from"],
                "body": payload["body"],
                "receivedAt": datetime.now(timezone.utc),
            },
        )

    # Once: the platform sends again what surely was not sent.
    async def send_message(self, message, context):
        result = await context.http.post(
            "https://api.example.com/messages",
            {"to": message["to"], "body": message["body"]},
            {"Authorization": f"Bearer {require_config(context, 'apiKey')}"},
        )
        return {"external_id": result["id"]}
`;

const channelTest = `import unittest

from madeopen_plugin.testing import FakePlatform
from plugin import Plugin


class Channel(unittest.IsolatedAsyncioTestCase):
    async def test_sends_a_message(self):
        platform = FakePlatform({"apiKey": "test-key"})
        platform.answer("POST", "https://api.example.com/messages", {"id": "m1"})
        message = {"to": "+15550001", "body": "Hi"}
        sent = await platform.call(Plugin(), "send_message", message)
        self.assertEqual(sent, {"externalId": "m1"})
        self.assertEqual(platform.requests[0].body, message)

    async def test_makes_an_event_of_what_comes_in(self):
        platform = FakePlatform()
        await platform.webhook(Plugin(), {"id": "1", "from": "+15550002", "body": "Yo"})
        [(subject, payload)] = platform.events
        self.assertEqual(subject, "communication.MessageReceived")
        self.assertEqual((payload["externalId"], payload["body"]), ("1", "Yo"))


if __name__ == "__main__":
    unittest.main()
`;

const operator = (id: string): string => `from madeopen_plugin import OperatorPlugin


class ContainsAny:
    description = "A text holds one of the words that the rule names"

    def evaluate(self, fact, value, context):
        if not isinstance(fact, str) or not isinstance(value, list):
            return False
        text = fact.lower()
        return any(isinstance(word, str) and word.lower() in text for word in value)


class Plugin(OperatorPlugin):
    id = "${id}"
    # By the names that plugin.json lists under "operators".
    operators = {"containsAny": ContainsAny()}
`;

const operatorTest = `import unittest

from madeopen_plugin.testing import FakePlatform
from plugin import Plugin


class ContainsAny(unittest.IsolatedAsyncioTestCase):
    async def test_finds_one_of_the_words(self):
        for fact, value, expected in (
            ("What is the PRICE?", ["price", "cost"], True),
            ("Good morning", ["price", "cost"], False),
            (42, ["price"], False),
        ):
            found = await FakePlatform().evaluate(Plugin(), "containsAny", fact, value)
            self.assertIs(found, expected)


if __name__ == "__main__":
    unittest.main()
`;

const fax = (
  id: string,
): string => `from madeopen_plugin import FaxPlugin, FaxStatus, SendResult, StatusResult, require_config

FAXES = "https://api.example.com/faxes"

# The provider's words on the left.
STATUSES = {
    "queued": FaxStatus.QUEUED,
    "sending": FaxStatus.IN_PROGRESS,
    "sent": FaxStatus.SUCCEEDED,
    "failed": FaxStatus.FAILED,
}


class Provider(FaxPlugin):
    id = "${id}"

    # Once: the platform sends again what surely was not sent. The file stays outside the sandbox.
    async def send_fax(self, to_number, file_path, options=None):
        response = await self.context.http.request(
            FAXES,
            "POST",
            headers=self.headers,
            multipart=[
                {"name": "to", "value": to_number},
                {"name": "file", "file": file_path, "filename": file_path.name},
            ],
        )
        if response.status >= 300:
            return SendResult(status=FaxStatus.FAILED, error=str(response.body))
        return SendResult(job_id=response.body["id"], status=FaxStatus.QUEUED)

    async def get_status(self, job_id):
        fax = await self.context.http.get(f"{FAXES}/{job_id}", self.headers)
        status = STATUSES.get(fax["state"], FaxStatus.UNKNOWN)
        return StatusResult(job_id, status, provider_status=fax["state"], pages=fax.get("pages"))

    async def cancel_fax(self, job_id):
        url = f"{FAXES}/{job_id}/cancel"
        response = await self.context.http.request(url, "POST", headers=self.headers)
        return response.status < 300

    @property
    def headers(self):
        return {"Authorization": f"Bearer {require_config(self.context, 'apiKey')}"}
`;

const faxTest = `import unittest

from madeopen_plugin.testing import FakePlatform
from plugin import FAXES, Provider


class Faxes(unittest.IsolatedAsyncioTestCase):
    async def test_sends_a_fax_with_its_file(self):
        platform = FakePlatform({"apiKey": "test-key"})
        platform.answer("POST", FAXES, {"id": "job-1"}, status=201)
        result = await platform.send_fax(Provider(), "+15550100")
        self.assertEqual((result["status"], result["jobId"]), ("queued", "job-1"))
        [request] = platform.requests
        self.assertEqual(request.field("to"), "+15550100")
        self.assertIn(request.field("file"), platform.files)

    async def test_takes_states_for_what_they_are(self):
        for state, status in (("sent", "succeeded"), ("what is this", "unknown")):
            platform = FakePlatform({"apiKey": "test-key"})
            platform.answer("GET", f"{FAXES}/job-1", {"state": state, "pages": 2})
            result = await platform.call(Provider(), "get_status", "job-1")
            self.assertEqual((result["status"], result["pages"]), (status, 2))


if __name__ == "__main__":
    unittest.main()
`;

/** Code and test of a new Python plugin by its type. */
export const pythonSources = {
  connector: { code: connector, test: connectorTest },
  channel: { code: channel, test: channelTest },
  operator: { code: operator, test: operatorTest },
  fax: { code: fax, test: faxTest },
} as const;
