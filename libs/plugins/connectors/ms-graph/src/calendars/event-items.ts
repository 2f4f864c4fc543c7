import type { ConnectorDataItem, HostContext } from '@made-open/plugin-sdk';
import { rawOf, removed, wholeRow, type Collection } from '../account/collection.ts';
import type { GraphClient } from '../account/graph-client.ts';
import { GraphError } from '../account/graph-error.ts';
import { isObject, list, text, type Json } from '../json.ts';
import { mapRaw } from '../map-raw.ts';
import { withShortBody } from '../short-body.ts';
import type { CalendarWindow } from './calendar-window.ts';
import { movedAwayAnnotation } from './series.ts';
import type { SeriesMemory } from './series-memory.ts';

export interface EventSource {
  readonly client: GraphClient;
  readonly window: CalendarWindow;
  readonly memory: SeriesMemory;
  readonly logger: HostContext['logger'];
}

/** What a series says of its events when it is asked by itself; a calendar view says nothing of it. */
const details = '?$select=exceptionOccurrences,cancelledOccurrences&$expand=exceptionOccurrences';
const onlyCancelled = '?$select=cancelledOccurrences';
/** What an Exchange server answers that does not know these properties. */
const unknownProperties = new Set([400, 403, 404, 501]);

/** Items of the rows of one calendar: single events, series, and those events of a series that differ from it. */
export function eventItems(source: EventSource, calendarPath: string): Collection['itemsOf'] {
  const { client, memory } = source;
  return async (row) => {
    const id = text(row, 'id');
    if (id === undefined) return [];
    const event = await wholeRow(row, client, { mark: 'start', path: '/me/events' });
    // Of a series that is gone nobody tells what became of its exceptions.
    if (event === undefined) return [id, ...memory.retain(id, [])].map(gone);
    const seriesId = text(event, 'seriesMasterId') ?? '';
    switch (text(event, 'type')) {
      case 'occurrence':
        // The master of a series stands for it, unless it was an exception until now.
        return memory.forget(seriesId, id) ? [gone(id)] : [];
      case 'exception':
        memory.remember(seriesId, id);
        return [itemOf(event)];
      case 'seriesMaster':
        return seriesItems(source, event, `${calendarPath}/events/${encodeURIComponent(id)}`);
      default:
        return [itemOf(event)];
    }
  };
}

/** A series with the dates that it leaves out, and what is no exception of it any more. */
async function seriesItems(
  { client, window, memory, logger }: EventSource,
  master: Json,
  path: string,
): Promise<ConnectorDataItem[]> {
  const told = await detailsOf(client, path, logger);
  const exceptions = list(told, 'exceptionOccurrences').filter(isObject);
  const seriesId = text(master, 'id') ?? '';
  const stale = Array.isArray(told?.['exceptionOccurrences'])
    ? memory.retain(
        seriesId,
        exceptions.flatMap((exception) => text(exception, 'id') ?? []),
      )
    : [];
  const away = exceptions
    .filter((exception) => isOutside(exception, window))
    .flatMap((exception) => text(exception, 'originalStart') ?? []);
  const series = {
    ...master,
    cancelledOccurrences: list(told, 'cancelledOccurrences'),
    ...(away.length === 0 ? {} : { [movedAwayAnnotation]: away }),
  };
  return [itemOf(series), ...stale.map(gone)];
}

async function detailsOf(
  client: GraphClient,
  path: string,
  logger: HostContext['logger'],
): Promise<Json | undefined> {
  for (const query of [details, onlyCancelled]) {
    try {
      return await client.find(`${path}${query}`);
    } catch (error) {
      // Exceptions come whole, and may be too many for one answer.
      if (text(error, 'code') === 'egress.response_too_large' && query === details) continue;
      if (!(error instanceof GraphError && unknownProperties.has(error.status))) throw error;
      logger.warn('what was cancelled of a series cannot be read', { reason: error.message });
      return undefined;
    }
  }
  return undefined;
}

/** Whether an event lies outside the years that are brought. */
function isOutside(event: Json, { start, end }: CalendarWindow): boolean {
  const [begins, ends] = ['start', 'end'].map((name) =>
    Date.parse(`${(text(event, name, 'dateTime') ?? '').slice(0, 19)}Z`),
  );
  if (begins === undefined || ends === undefined) return false;
  return begins >= Date.parse(end) || ends <= Date.parse(start);
}

function itemOf(event: Json): ConnectorDataItem {
  return mapRaw(withShortBody(rawOf(event, 'event')));
}

function gone(id: string): ConnectorDataItem {
  return removed('calendar_event', id);
}
