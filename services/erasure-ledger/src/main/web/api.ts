/** The ledger's interface as the console uses it; /q/openapi describes every field. */

export interface Gate {
  gate: string;
  value: number | null;
  lower: number | null;
  upper: number | null;
  reference: string;
  passed: boolean;
}

export interface RequestSnapshot {
  requestId: string;
  subjectRef: string;
  stage: string;
  regime: string;
  receivedAt: string;
  acceptedAt: string;
  dueAt: string;
  suppressedAt: string | null;
  forgetSetId: string | null;
  forgetSetClosedAt: string | null;
  samples: number | null;
  adapterId: string | null;
  version: number | null;
  releasedAt: string | null;
  unlearnedAt: string | null;
  exactAt: string | null;
  acknowledgedBy: string[];
  receiptId: string | null;
  reason: string | null;
  exactVersion: number | null;
  extension: { firstDueAt: string; reason: string; notifiedAt: string } | null;
}

export interface ClockReport {
  clock: 'suppressed' | 'unlearned' | 'exact';
  targetMillis: number | null;
  met: number;
  inTime: number;
  running: number;
  late: number;
  p50Millis: number | null;
  p95Millis: number | null;
  p99Millis: number | null;
  maxMillis: number | null;
  longestRunningMillis: number | null;
}

export interface Overview {
  asOf: string;
  fault: string | null;
  requests: Record<string, number>;
  clocks: ClockReport[];
  clocksOver: number;
  serversLive: number;
  servers: number;
  openDeadLetters: number;
  roles: string[];
}

export interface Obligations {
  asOf: string;
  open: number;
  overdue: number;
  obligations: {
    request: RequestSnapshot;
    timeLeftMillis: number;
    overdue: boolean;
    unmet: string[];
  }[];
}

export interface CurvePoint {
  step: string;
  stepsDone: number;
  loss: number;
}

export interface Training {
  worker: string;
  phase: string;
  ended: boolean;
  step: string | null;
  stepsDone: number;
  stepsTotal: number;
  curve: CurvePoint[];
  confidenceBefore: number | null;
  confidenceAfter: number | null;
  confidenceTarget: number | null;
  detail: string | null;
  startedAt: string;
  updatedAt: string;
}

export interface Candidate {
  forgetSetId: string;
  forgetSetSequence: number;
  adapterId: string | null;
  parentAdapterId: string | null;
  method: string;
  requests: number;
  steps: number;
  trainSeconds: number;
  gates: Gate[];
  accepted: boolean;
  exact: boolean;
  trainedAt: string;
}

export interface ForgetSet {
  forgetSetId: string;
  sequence: number;
  state: string;
  trigger: string;
  requests: number;
  samples: number;
  openedAt: string;
  closedAt: string;
  earliestDueAt: string;
  training: Training | null;
  candidate: Candidate | null;
  version: number | null;
  releasedAt: string | null;
}

export interface Version {
  version: number;
  status: string;
  adapterId: string | null;
  parentAdapterId: string | null;
  forgetSetId: string | null;
  newRequests: number;
  watermarkRequests: number;
  watermarkDigest: string;
  minimumRequests: number;
  method: string;
  gates: Gate[];
  releasedAt: string;
  exact: boolean;
  signed: boolean;
  current: boolean;
  trialOnly: boolean;
  canary: Canary | null;
  pin: { actorRef: string; why: string; pinnedAt: string } | null;
}

/** A part of the traffic: that of the servers named, or a share of the subjects. */
export interface Canary {
  replicas: string[];
  percent: number;
}

export interface Server {
  replicaId: string;
  live: boolean;
  version: number;
  canaryVersion: number | null;
  adapterId: string | null;
  watermarkDigest: string;
  suppressionOffsets: Record<string, number>;
  switchedAt: string;
  sentAt: string;
}

export interface DeadLetter {
  id: string;
  topic: string;
  sourceTopic: string;
  sourcePartition: number;
  sourceOffset: number;
  errorClass: string;
  reason: string;
  firstSeen: string;
  attempts: number;
  redrives: number;
  requestIds: string[];
  deadline: string | null;
  timeLeftSeconds: number | null;
  state: string;
}

export interface DeadLetters {
  complete: boolean;
  open: number;
  openByTopic: Record<string, number>;
  oldestAgeSeconds: number | null;
  timeLeftMinSeconds: number | null;
  letters: DeadLetter[];
  next: string | null;
}

export interface RedriveReport {
  redriveId: string | null;
  dryRun: boolean;
  redriven: number;
  skipped: number;
  refused: number;
  failed: number;
  more: boolean;
  letters: {
    id: string;
    source: string;
    target: string;
    attempts: number;
    redrives: number;
    errorClass: string;
    reason: string;
    action: string;
    because: string | null;
  }[];
}

export interface Story {
  standing: RequestSnapshot;
  timeLeftMillis: number;
  steps: {
    entry: number;
    event: string;
    from: string;
    to: string;
    at: string;
    recordedAt: string;
    afterMillis: number;
  }[];
  forgetSet: ForgetSet | null;
  candidates: Candidate[];
  version: Version | null;
  exactVersion: Version | null;
  receipts: string[];
  callbacks: { receiptId: string; producer: string; state: string; attempts: number; lastError: string | null }[];
}

const ANSWER_TIMEOUT_MILLIS = 10_000;

/** What went wrong, in words for the person at the console. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Asks the ledger; the browser sends the session's cookie along. */
export async function ask<T>(path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: body === undefined ? { Accept: 'application/json' } : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
      signal: signal ?? AbortSignal.timeout(ANSWER_TIMEOUT_MILLIS),
    });
  } catch {
    throw new Refusal(0, 'The ledger does not answer; what is shown may be old.');
  }
  if (response.ok) {
    return (await response.json()) as T;
  }
  if (response.status === 401) {
    throw new Refusal(401, 'The token has expired; load this page again to give a new one.');
  }
  const problem = await response.json().catch(() => null);
  throw new Refusal(response.status, problem?.detail ?? `The ledger answers with status ${response.status}.`);
}
