/** Which events are brought: those of the last, this and the next year. A calendar view has to have an end. */
export interface CalendarWindow {
  readonly start: string;
  readonly end: string;
}

export function calendarWindow(now: Date): CalendarWindow {
  const year = now.getUTCFullYear();
  return {
    start: `${String(year - 1)}-01-01T00:00:00Z`,
    end: `${String(year + 2)}-01-01T00:00:00Z`,
  };
}
