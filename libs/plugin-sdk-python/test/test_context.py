import unittest

from madeopen_plugin import Form, HttpError, PluginError, paginate, require_config, with_retry
from madeopen_plugin.testing import FakePlatform, UnexpectedRequest

url = "https://api.example.com/contacts"


class Http(unittest.IsolatedAsyncioTestCase):
    async def test_gives_the_body_and_raises_what_is_no_2xx(self):
        platform = FakePlatform()
        platform.answer("GET", url, {"a": 1}).answer("GET", url, "no", status=404)
        http = platform.context().http
        self.assertEqual(await http.get(url, {"X-Key": "k"}), {"a": 1})
        self.assertEqual(platform.requests[0].headers, {"X-Key": "k"})
        with self.assertRaises(HttpError) as raised:
            await http.get(url)
        self.assertEqual((raised.exception.status, raised.exception.body), (404, "no"))

    async def test_sends_bodies_as_what_they_are(self):
        platform = FakePlatform()
        platform.answer("POST", url, None)
        http = platform.context().http
        for body in ({"a": [1]}, "text", b"\x00\xff", Form({"a": "b c"})):
            await http.post(url, body)
        self.assertEqual(
            [request.body for request in platform.requests],
            [{"a": [1]}, "text", b"\x00\xff", "a=b+c"],
        )
        self.assertEqual(platform.requests[3].field("a"), "b c")

    async def test_sends_a_form_with_a_file(self):
        platform = FakePlatform()
        platform.answer("POST", url, {"id": 7}, status=201)
        response = await platform.context().http.request(
            url,
            "POST",
            multipart=[
                {"name": "to", "value": "+1"},
                {"name": "file", "file": "f1", "content_type": "application/pdf"},
            ],
        )
        self.assertEqual((response.status, response.body), (201, {"id": 7}))
        self.assertEqual(platform.requests[0].field("file"), "f1")
        self.assertEqual(platform.requests[0].multipart[1]["contentType"], "application/pdf")

    async def test_keeps_an_answer_as_a_file(self):
        platform = FakePlatform()
        platform.answer("GET", url, "abc")
        response = await platform.context().http.request(url, save_as={"name": "a.txt"})
        self.assertIsNone(response.body)
        self.assertEqual(platform.files[response.file.file_id], b"abc")

    async def test_refuses_two_bodies_and_what_nobody_answers(self):
        http = FakePlatform().context().http
        with self.assertRaisesRegex(PluginError, "not several"):
            await http.request(url, "POST", body="a", body_file="f")
        with self.assertRaisesRegex(UnexpectedRequest, "no answer to GET"):
            await http.get(url)


class Context(unittest.IsolatedAsyncioTestCase):
    async def test_keeps_what_a_plugin_does(self):
        platform = FakePlatform({"apiKey": "k"}, entities={"persons": [{"id": "1", "name": "Ada"}]})
        context = platform.context({"headers": {"x-a": "1"}, "receivedAt": "2026-01-01"})
        await context.emit_event("connector.Looked", {"at": 1})
        await context.checkpoint.save({"cursor": "2"})
        self.assertEqual(await context.checkpoint.get(), {"cursor": "2"})
        await context.checkpoint.reset()
        self.assertIsNone(await context.checkpoint.get())
        context.logger.info("hello", {"a": 1})
        page = await context.data.query("persons", {"name": "Ada"})
        self.assertEqual((list(page), page.next_cursor), ([{"id": "1", "name": "Ada"}], None))
        self.assertIsNone(await context.data.get_by_id("persons", "2"))
        file = await context.files.save("a.bin", b"\x00", "application/x-a")
        self.assertEqual((file.name, platform.files[file.file_id]), ("a.bin", b"\x00"))
        self.assertEqual(platform.events, [("connector.Looked", {"at": 1})])
        self.assertEqual(platform.logs, [("info", "hello", {"a": 1})])
        self.assertEqual(context.webhook.headers, {"x-a": "1"})
        self.assertEqual(len(context.crypto.sha256("a")), 64)

    def test_config_is_read_only_and_required(self):
        context = FakePlatform({"apiKey": "k", "page": 5}).context()
        self.assertEqual((require_config(context, "apiKey"), require_config(context, "page")), ("k", "5"))
        with self.assertRaisesRegex(ValueError, '"region" is missing'):
            require_config(context, "region")
        with self.assertRaises(TypeError):
            context.config["apiKey"] = "x"


class Helpers(unittest.IsolatedAsyncioTestCase):
    async def test_paginate_follows_the_cursor(self):
        pages = {None: ([1, 2], "a"), "a": {"items": [3], "next_cursor": None}}

        async def fetch(cursor):
            return pages[cursor]

        self.assertEqual([item async for item in paginate(fetch)], [1, 2, 3])

    async def test_paginate_leaves_a_circle(self):
        async def fetch(_cursor):
            return [], "a"

        with self.assertRaisesRegex(ValueError, "names itself"):
            [item async for item in paginate(fetch)]

    async def test_with_retry_repeats_what_passes(self):
        for error, calls in (
            (HttpError(503), 3),
            (HttpError(429), 3),
            (HttpError(404), 1),
            (HttpError(429, retry_after_ms=60_000), 1),
            (PluginError("capability.denied", "no"), 1),
            (PluginError("files.busy", "later"), 3),
            (KeyError("a"), 1),
            (OSError("reset"), 3),
        ):
            made = []

            async def fail(error=error, made=made):
                made.append(1)
                raise error

            with self.assertRaises(type(error)):
                await with_retry(fail, 3, 0)
            self.assertEqual(len(made), calls, error)
