/** @jsxRuntime automatic @jsxImportSource preact */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { CurvePoint, Gate } from './api';
import { brief, figure } from './format';

export type Tone = 'met' | 'running' | 'late' | 'off';

/** A state as a word; the colour only repeats it. */
export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

/** A long id: its beginning is shown, and the whole is there to be copied and read aloud. */
export function Id({ of, none = 'none' }: { of: string | null; none?: string }) {
  return of === null ? <span class="faint">{none}</span> : <code title={of}>{brief(of)}</code>;
}

export interface Row {
  key: string;
  cells: ComponentChildren[];
}

/**
 * A table whose rows become blocks on a narrow page. The roles are written out, since a row that is
 * laid out as a block would otherwise lose its meaning to a screen reader.
 */
export function Table({
  caption,
  columns,
  rows,
  empty,
}: {
  caption: string;
  columns: string[];
  rows: Row[];
  empty: string;
}) {
  if (rows.length === 0) {
    return <p class="sheet empty faint">{empty}</p>;
  }
  return (
    <div class="sheet">
      <table role="table">
        <caption>{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th key={column} role="columnheader" scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={row.key} role="row">
              {row.cells.map((cell, at) =>
                at === 0 ? (
                  <th key={at} role="rowheader" scope="row" data-label={columns[at]}>
                    {cell}
                  </th>
                ) : (
                  <td key={at} role="cell" data-label={columns[at]}>
                    {cell}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function band(gate: Gate): string {
  if (gate.lower === null && gate.upper === null) {
    return 'any';
  }
  if (gate.lower === null) {
    return `at most ${figure(gate.upper)}`;
  }
  return gate.upper === null ? `at least ${figure(gate.lower)}` : `${figure(gate.lower)} to ${figure(gate.upper)}`;
}

export function Gates({ gates, caption }: { gates: Gate[]; caption: string }) {
  return (
    <Table
      caption={caption}
      columns={['Gate', 'Measured', 'Allowed', 'Against', 'Verdict']}
      empty="No gate was applied."
      rows={gates.map((gate, at) => ({
        key: `${at}-${gate.gate}`,
        cells: [
          gate.gate,
          <span class="number">{figure(gate.value)}</span>,
          <span class="number">{band(gate)}</span>,
          gate.reference || 'nothing',
          <Badge tone={gate.passed ? 'met' : 'late'}>{gate.passed ? 'passed' : 'failed'}</Badge>,
        ],
      }))}
    />
  );
}

const WIDTH = 640;
const HEIGHT = 170;
const LEFT = 64;
const BOTTOM = 24;
const TOP = 10;

/** The losses of a run as a line, one for each thing that the method did, and as figures. */
export function Curve({ points, of }: { points: CurvePoint[]; of: string }) {
  const title = useId();
  if (points.length === 0) {
    return <p class="faint">No loss has been told yet.</p>;
  }
  const losses = points.map((point) => point.loss);
  const lowest = Math.min(...losses);
  const highest = Math.max(...losses);
  const span = highest - lowest || 1;
  const x = (at: number) => LEFT + (points.length === 1 ? 0 : (at * (WIDTH - LEFT - 8)) / (points.length - 1));
  const y = (loss: number) => TOP + ((highest - loss) / span) * (HEIGHT - TOP - BOTTOM);
  const runs: { step: string; from: number; until: number }[] = [];
  points.forEach((point, at) => {
    const last = runs[runs.length - 1];
    if (last && last.step === point.step) {
      last.until = at;
    } else {
      runs.push({ step: point.step, from: at, until: at });
    }
  });
  const last = points[points.length - 1];
  return (
    <figure>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby={title} class="curve">
        <title id={title}>
          {`Loss of ${of}: from ${figure(points[0].loss)} to ${figure(last.loss)} over ${points.length} points, between ${figure(lowest)} and ${figure(highest)}`}
        </title>
        <line class="axis" x1={LEFT} y1={TOP} x2={LEFT} y2={HEIGHT - BOTTOM} />
        <line class="axis" x1={LEFT} y1={HEIGHT - BOTTOM} x2={WIDTH} y2={HEIGHT - BOTTOM} />
        <text x={LEFT - 6} y={TOP + 8} text-anchor="end">
          {figure(highest)}
        </text>
        <text x={LEFT - 6} y={HEIGHT - BOTTOM} text-anchor="end">
          {figure(lowest)}
        </text>
        {runs.map((run, at) => (
          <g key={at}>
            {at > 0 && <line class="axis dashed" x1={x(run.from)} y1={TOP} x2={x(run.from)} y2={HEIGHT - BOTTOM} />}
            <text x={x(run.from) + 4} y={HEIGHT - 8}>
              {run.step}
            </text>
            {run.from === run.until ? (
              <circle class="dot" cx={x(run.from)} cy={y(points[run.from].loss)} r="3" />
            ) : (
              <polyline
                class="line"
                points={points
                  .slice(run.from, run.until + 1)
                  .map((point, offset) => `${x(run.from + offset).toFixed(1)},${y(point.loss).toFixed(1)}`)
                  .join(' ')}
              />
            )}
          </g>
        ))}
      </svg>
      <details>
        <summary>Figures of the curve</summary>
        <Table
          caption={`Loss of ${of}`}
          columns={['Step of', 'Steps done', 'Loss']}
          empty=""
          rows={points.map((point, at) => ({
            key: String(at),
            cells: [point.step, point.stepsDone, <span class="number">{figure(point.loss)}</span>],
          }))}
        />
      </details>
    </figure>
  );
}
