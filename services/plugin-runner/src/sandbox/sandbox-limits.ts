/** Limits of one sandbox; times in milliseconds. Source of the defaults: measurements of what isolated-vm does not stop. */
export interface SandboxLimits {
  /** Memory of the isolate; advice to V8, the process limit stands behind it. */
  readonly memoryMb: number;
  readonly loadCpuMs: number;
  /** CPU and wall time from one pull to its answer. A frame goes out after a second, so this is one `next()`. */
  readonly stepCpuMs: number;
  readonly stepWallMs: number;
  /** One item as JSON text. */
  readonly itemBytes: number;
  readonly logLinesPerSecond: number;
  readonly eventsPerRun: number;
}

export const defaultLimits: SandboxLimits = {
  memoryMb: 64,
  loadCpuMs: 2000,
  stepCpuMs: 5000,
  stepWallMs: 60_000,
  itemBytes: 256 * 1024,
  logLinesPerSecond: 200,
  eventsPerRun: 1000,
};

/** A step of an HTTP manifest waits for one answer, which may take two minutes. */
const httpStepWallMs = 130_000;
/** Modules come as source: the interpreter compiles those of wheels, too, each time that a plugin is loaded. */
const pythonLoadCpuMs = 10_000;

/** Limits of the sandboxes of a plugin. */
export function limitsOf({
  limits,
  runtime,
}: {
  readonly limits?: { readonly memoryMb?: number };
  readonly runtime?: SandboxCode['runtime'];
}): SandboxLimits {
  const { memoryMb = defaultLimits.memoryMb } = limits ?? {};
  const { loadCpuMs, stepWallMs } = defaultLimits;
  return {
    ...defaultLimits,
    memoryMb,
    loadCpuMs: runtime === 'python' ? pythonLoadCpuMs : loadCpuMs,
    stepWallMs: runtime === 'http' ? httpStepWallMs : stepWallMs,
  };
}

/** What the process may hold beyond the isolate before it is killed. */
export const processOverheadMb = 256;

/** What a sandbox process is made ready with. */
export interface SandboxCode {
  readonly runtime: 'javascript' | 'python' | 'http';
  /**
   * Of javascript: one script that sets `globalThis.__plugin` to the exports of the plugin. Of http: the checked HTTP manifest as
   * JSON text. Of python: JSON `{"entry", "modules": {"<dotted name>": {"source", "isPackage"?}}}`.
   */
  readonly bundle: string;
  readonly limits: SandboxLimits;
}

/** A failure as it crosses from the sandbox: data, never an error object. */
export interface SandboxFailure {
  /** Of the class, as the error has it. */
  readonly name?: string;
  readonly code: string;
  readonly message: string;
  readonly stack?: string;
  /** Status of an uncaught HttpError, and how long its source asks to wait. */
  readonly status?: number;
  readonly retryAfterMs?: number;
}
