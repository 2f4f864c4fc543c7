/** A service of the local platform did not become ready, however often it was started. */
export class ServiceStartError extends Error {
  override readonly name = 'ServiceStartError';
  readonly code = 'local.service_start';
  readonly retry = 'never';

  constructor(service: string, logFile: string, lastLines: readonly string[]) {
    super(
      `${service} did not start; its log is ${logFile} and ends with:\n${lastLines.join('\n')}`,
    );
  }
}

/** Another process runs the platform on the same data. */
export class AlreadyRunsError extends Error {
  override readonly name = 'AlreadyRunsError';
  readonly code = 'local.already_runs';
  readonly retry = 'never';

  constructor(dataDir: string, pid: number) {
    super(
      `Made Open already runs on ${dataDir}, as process ${String(pid)}. Stop that one first, or give this one other data by MADE_OPEN_DATA=<folder>.`,
    );
  }
}

/** A port that was asked for by number is not free. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
  readonly code = 'local.port_taken';
  readonly retry = 'never';

  constructor(variable: string, port: number) {
    super(
      `${variable} asks for port ${String(port)}, which another program uses. Give another port, or leave ${variable} out and one is found.`,
    );
  }
}

/** What was given at the command line or in the environment does not make sense. */
export class StartOptionsError extends Error {
  override readonly name = 'StartOptionsError';
  readonly code = 'local.start_options';
  readonly retry = 'never';
}

/** The sample connection could not be set up; the platform runs without it. */
export class SampleSetupError extends Error {
  override readonly name = 'SampleSetupError';
  readonly code = 'local.sample_setup';
  readonly retry = 'later';

  constructor(reason: string, options: ErrorOptions) {
    super(
      `the sample connection could not be set up: ${reason}\nnpm start -- --new-admin-key tries it again`,
      options,
    );
  }
}

/** The platform was stopped while it started. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
  readonly code = 'local.stopped';
  readonly retry = 'later';
}
