import type { JsonSchema } from '../entities/entity-json-schema.ts';

/** The JSON Schema of each type of entity. Generated from `proto/`; do not edit. */
export const entitySchemas: Readonly<Record<string, JsonSchema>> = {
  "person": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:made-open:schema:person",
    "title": "Person",
    "description": "A person as one source knows them. Times are RFC 3339.",
    "type": "object",
    "properties": {
      "display_name": {
        "type": "string",
        "description": "The whole name, as it is shown."
      },
      "given_name": {
        "type": "string"
      },
      "family_name": {
        "type": "string"
      },
      "emails": {
        "type": "array",
        "items": {
          "type": "string"
        },
        "maxItems": 10000,
        "description": "E-mail addresses, the most important first."
      },
      "phones": {
        "type": "array",
        "items": {
          "type": "string"
        },
        "maxItems": 10000,
        "description": "Phone numbers; in E.164 form, `+4930123456`, they link this person with the same one of other sources."
      },
      "organization": {
        "type": "string",
        "description": "Name of the organisation of today."
      },
      "title": {
        "type": "string",
        "description": "Job title of today."
      },
      "birthday": {
        "type": "string",
        "description": "As the source says it, `1990-12-31` or `--12-31` for example."
      },
      "updated_at": {
        "type": "string",
        "format": "date-time",
        "description": "When it last changed at its source."
      },
      "middle_name": {
        "type": "string"
      },
      "nickname": {
        "type": "string"
      },
      "verified_emails": {
        "type": "array",
        "items": {
          "type": "string"
        },
        "maxItems": 10000,
        "description": "Those of `emails` whose ownership the source has checked; they link this person with the same one of other sources."
      },
      "addresses": {
        "type": "array",
        "items": {
          "description": "Where a person lives or works.",
          "type": "object",
          "properties": {
            "label": {
              "type": "string",
              "description": "`home` or `work` for example."
            },
            "street": {
              "type": "string"
            },
            "city": {
              "type": "string"
            },
            "region": {
              "type": "string"
            },
            "postal_code": {
              "type": "string"
            },
            "country": {
              "type": "string"
            },
            "formatted": {
              "type": "string",
              "description": "The whole address, when the source has it in one piece."
            }
          }
        },
        "maxItems": 10000
      },
      "organizations": {
        "type": "array",
        "items": {
          "description": "What a person belongs to.",
          "type": "object",
          "properties": {
            "name": {
              "type": "string"
            },
            "title": {
              "type": "string"
            },
            "department": {
              "type": "string"
            }
          }
        },
        "maxItems": 10000,
        "description": "Also former and further ones."
      },
      "urls": {
        "type": "array",
        "items": {
          "type": "string"
        },
        "maxItems": 10000,
        "description": "Pages of the person."
      },
      "photo_file_id": {
        "type": "string",
        "pattern": "^[0-9a-f]{64}$",
        "description": "`file_id` of a stored file, which `GET /v1/files/{id}` of the public API gives."
      },
      "notes": {
        "type": "string",
        "description": "What the owner of the account wrote about the person."
      },
      "attributes": {
        "type": "object",
        "description": "Keys of the item that the model does not name."
      }
    }
  },
  "message": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:made-open:schema:message",
    "title": "Message",
    "description": "A message of any kind: mail, chat, text message. Times are RFC 3339.",
    "type": "object",
    "properties": {
      "subject": {
        "type": "string"
      },
      "body": {
        "type": "string",
        "description": "Plain text."
      },
      "sender": {
        "type": "string",
        "description": "Address of the sender."
      },
      "recipients": {
        "type": "array",
        "items": {
          "type": "string"
        },
        "maxItems": 10000,
        "description": "Addresses of all who received it."
      },
      "thread_id": {
        "type": "string",
        "description": "Messages of one connection with the same one are a conversation."
      },
      "sent_at": {
        "type": "string",
        "format": "date-time"
      },
      "channel_type": {
        "type": "string",
        "description": "`email`, `sms` or `chat` for example."
      },
      "direction": {
        "type": "string",
        "description": "`inbound` or `outbound`."
      },
      "updated_at": {
        "type": "string",
        "format": "date-time",
        "description": "When it last changed at its source."
      },
      "body_html": {
        "type": "string"
      },
      "participants": {
        "type": "array",
        "items": {
          "description": "Somebody who takes part in a message.",
          "type": "object",
          "properties": {
            "role": {
              "type": "string",
              "description": "`from`, `to`, `cc` or `bcc` for example."
            },
            "name": {
              "type": "string"
            },
            "address": {
              "type": "string",
              "description": "E-mail address, phone number or name in a chat."
            }
          }
        },
        "maxItems": 10000,
        "description": "Everybody who takes part, with names and roles where the source has them."
      },
      "attachments": {
        "type": "array",
        "items": {
          "description": "A file that belongs to a message.",
          "type": "object",
          "properties": {
            "name": {
              "type": "string"
            },
            "mime_type": {
              "type": "string"
            },
            "size_bytes": {
              "type": "number"
            },
            "file_id": {
              "type": "string",
              "pattern": "^[0-9a-f]{64}$",
              "description": "`file_id` of a stored file, which `GET /v1/files/{id}` of the public API gives."
            },
            "url": {
              "type": "string",
              "description": "Where the source keeps it."
            },
            "is_inline": {
              "type": "boolean",
              "description": "Shown within the message."
            }
          }
        },
        "maxItems": 10000
      },
      "in_reply_to": {
        "type": "string",
        "description": "Id of the message at its source that it answers."
      },
      "is_read": {
        "type": "boolean"
      },
      "labels": {
        "type": "array",
        "items": {
          "type": "string"
        },
        "maxItems": 10000,
        "description": "Folders, categories or tags."
      },
      "attributes": {
        "type": "object",
        "description": "Keys of the item that the model does not name."
      }
    }
  },
  "calendar_event": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:made-open:schema:calendar_event",
    "title": "CalendarEvent",
    "description": "An appointment in a calendar. Times are RFC 3339.",
    "type": "object",
    "properties": {
      "title": {
        "type": "string"
      },
      "description": {
        "type": "string"
      },
      "location": {
        "type": "string"
      },
      "starts_at": {
        "type": "string",
        "format": "date-time"
      },
      "ends_at": {
        "type": "string",
        "format": "date-time"
      },
      "time_zone": {
        "type": "string",
        "description": "IANA name of the zone it was planned in, `Europe/Berlin` for example."
      },
      "all_day": {
        "type": "boolean"
      },
      "organizer": {
        "type": "string",
        "description": "Address of the organizer."
      },
      "attendees": {
        "type": "array",
        "items": {
          "type": "string"
        },
        "maxItems": 10000,
        "description": "Addresses of those invited."
      },
      "recurrence": {
        "type": "string",
        "description": "Lines of RFC 5545, to be read in `time_zone`: `RRULE:FREQ=WEEKLY;BYDAY=MO` for example, and `EXDATE` with what was cancelled. An event that was moved is not among those; its own `series_id` and `original_starts_at` say what it replaces."
      },
      "updated_at": {
        "type": "string",
        "format": "date-time",
        "description": "When it last changed at its source."
      },
      "attendee_details": {
        "type": "array",
        "items": {
          "description": "Somebody who was invited.",
          "type": "object",
          "properties": {
            "name": {
              "type": "string"
            },
            "email": {
              "type": "string"
            },
            "status": {
              "type": "string",
              "description": "`accepted`, `declined`, `tentative` or `needs_action`."
            },
            "is_optional": {
              "type": "boolean"
            }
          }
        },
        "maxItems": 10000,
        "description": "Those invited, with names and answers."
      },
      "series_id": {
        "type": "string",
        "description": "Id at its source of the series it belongs to."
      },
      "original_starts_at": {
        "type": "string",
        "format": "date-time",
        "description": "When this one of a series was to begin before it was moved."
      },
      "status": {
        "type": "string",
        "description": "`confirmed`, `tentative` or `cancelled`."
      },
      "conference_url": {
        "type": "string",
        "description": "Where a call or meeting of it is joined."
      },
      "url": {
        "type": "string",
        "description": "Where the source shows it."
      },
      "attributes": {
        "type": "object",
        "description": "Keys of the item that the model does not name."
      }
    }
  },
  "document": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:made-open:schema:document",
    "title": "Document",
    "description": "A document or file of a source. Times are RFC 3339.",
    "type": "object",
    "properties": {
      "title": {
        "type": "string"
      },
      "text": {
        "type": "string",
        "description": "What is in it, as plain text."
      },
      "mime_type": {
        "type": "string"
      },
      "url": {
        "type": "string",
        "description": "Where the source shows it."
      },
      "path": {
        "type": "string",
        "description": "Folders and name, `/Contracts/2026/Lease.pdf` for example."
      },
      "size_bytes": {
        "type": "number"
      },
      "authors": {
        "type": "array",
        "items": {
          "type": "string"
        },
        "maxItems": 10000
      },
      "updated_at": {
        "type": "string",
        "format": "date-time",
        "description": "When it last changed at its source."
      },
      "created_at": {
        "type": "string",
        "format": "date-time",
        "description": "When it was made at its source."
      },
      "modified_by": {
        "type": "string",
        "description": "Who changed it last."
      },
      "parent_id": {
        "type": "string",
        "description": "Id at its source of the folder it lies in."
      },
      "is_folder": {
        "type": "boolean"
      },
      "file_id": {
        "type": "string",
        "pattern": "^[0-9a-f]{64}$",
        "description": "`file_id` of a stored file, which `GET /v1/files/{id}` of the public API gives."
      },
      "checksum": {
        "type": "string",
        "description": "Hash of its content as the source tells it."
      },
      "labels": {
        "type": "array",
        "items": {
          "type": "string"
        },
        "maxItems": 10000,
        "description": "Categories or tags."
      },
      "attributes": {
        "type": "object",
        "description": "Keys of the item that the model does not name."
      }
    }
  },
  "conversation": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:made-open:schema:conversation",
    "title": "Conversation",
    "description": "The messages of one connection with the same `thread_id`. etl makes it from them; no plugin writes it.",
    "type": "object",
    "properties": {
      "subject": {
        "type": "string",
        "description": "Of its first message."
      },
      "participants": {
        "type": "array",
        "items": {
          "type": "string"
        },
        "maxItems": 10000,
        "description": "Addresses of all who sent or received one of its messages, 500 at most."
      },
      "channel_type": {
        "type": "string",
        "description": "Of its last message."
      },
      "message_count": {
        "type": "number"
      },
      "first_message_at": {
        "type": "string",
        "format": "date-time"
      },
      "last_message_at": {
        "type": "string",
        "format": "date-time"
      },
      "last_message_id": {
        "type": "string",
        "description": "Entity id of its last message."
      },
      "attributes": {
        "type": "object",
        "description": "Empty: nothing but etl writes to it."
      }
    }
  }
};
