import type { DescMessage } from '@bufbuild/protobuf';
import { CalendarEventSchema } from '../gen/madeopen/data/v1/calendar_event_pb.ts';
import { ConversationSchema } from '../gen/madeopen/data/v1/conversation_pb.ts';
import { DocumentSchema } from '../gen/madeopen/data/v1/document_pb.ts';
import { MessageSchema } from '../gen/madeopen/data/v1/message_pb.ts';
import { PersonSchema } from '../gen/madeopen/data/v1/person_pb.ts';

/** The message of each type of entity. */
export const entityMessages: Readonly<Record<string, DescMessage>> = {
  person: PersonSchema,
  message: MessageSchema,
  calendar_event: CalendarEventSchema,
  document: DocumentSchema,
  conversation: ConversationSchema,
};
