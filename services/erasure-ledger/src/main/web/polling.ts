import { useEffect, useRef, useState } from 'preact/hooks';
import { ask, Refusal } from './api';

const PAUSE_MILLIS_MAX = 30_000;

export interface Polled<T> {
  /** The last answer; null before the first. */
  data: T | null;
  /** Why there is no newer one; null while all is well. */
  trouble: Refusal | null;
}

/**
 * Asks again and again. A new question starts only after the answer to the one before, the pause
 * doubles while there is none, and nothing is asked while nobody looks.
 */
export function usePolled<T>(path: string, everyMillis: number, paused: boolean): Polled<T> {
  const [state, setState] = useState<Polled<T> & { path: string }>({ path, data: null, trouble: null });
  const failures = useRef(0);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    let asking = false;

    const look = async () => {
      asking = true;
      try {
        const data = await ask<T>(path);
        failures.current = 0;
        if (!ended) {
          setState({ path, data, trouble: null });
        }
      } catch (refusal) {
        failures.current += 1;
        if (!ended) {
          setState((before) => ({
            path,
            data: before.path === path ? before.data : null,
            trouble: refusal instanceof Refusal ? refusal : new Refusal(0, String(refusal)),
          }));
        }
      }
      asking = false;
      schedule();
    };
    const schedule = () => {
      if (!ended && !paused && !document.hidden) {
        timer = setTimeout(look, Math.min(PAUSE_MILLIS_MAX, everyMillis * 2 ** Math.min(failures.current, 10)));
      }
    };
    const comeBack = () => {
      if (!document.hidden && !paused && !asking) {
        clearTimeout(timer);
        void look();
      }
    };

    void look();
    document.addEventListener('visibilitychange', comeBack);
    return () => {
      ended = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', comeBack);
    };
  }, [path, everyMillis, paused]);

  return state.path === path ? state : { data: null, trouble: null };
}
