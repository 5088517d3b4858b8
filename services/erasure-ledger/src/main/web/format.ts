const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const BRIEF_LENGTH = 12;

const TIME = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZone: 'UTC',
});
const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

/** A length of time by its two largest units. */
export function duration(millis: number): string {
  const length = Math.abs(millis);
  if (length < SECOND) {
    return `${Math.round(length)} ms`;
  }
  if (length < MINUTE) {
    return `${(length / SECOND).toFixed(1)} s`;
  }
  if (length < HOUR) {
    return `${Math.floor(length / MINUTE)} min ${Math.floor((length % MINUTE) / SECOND)} s`;
  }
  if (length < DAY) {
    return `${Math.floor(length / HOUR)} h ${Math.floor((length % HOUR) / MINUTE)} min`;
  }
  return `${Math.floor(length / DAY)} d ${Math.floor((length % DAY) / HOUR)} h`;
}

export function between(from: string, until: string): string {
  return duration(Date.parse(until) - Date.parse(from));
}

export function left(millis: number): string {
  return millis < 0 ? `${duration(millis)} late` : `${duration(millis)} left`;
}

export function time(instant: string): string {
  return `${TIME.format(new Date(instant))} UTC`;
}

export function date(instant: string): string {
  return DATE.format(new Date(instant));
}

/** The beginning of a long id; the whole stands in the title where it is shown. */
export function brief(id: string): string {
  return id.length <= BRIEF_LENGTH ? id : `${id.slice(0, BRIEF_LENGTH)}…`;
}

/** A constant's name as words: FORGET_SET_CLOSED becomes forget set closed. */
export function words(name: string): string {
  return name.replaceAll('_', ' ').toLowerCase();
}

export function figure(value: number | null): string {
  if (value === null) {
    return 'not finite';
  }
  return Math.abs(value) >= 0.0001 || value === 0 ? value.toFixed(4) : value.toExponential(2);
}

export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount} ${amount === 1 ? one : many}`;
}
