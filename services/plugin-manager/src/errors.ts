/** A request that cannot be carried out as it was put. */
export class RequestError extends Error {
  override readonly name: string = 'RequestError';
  readonly code: string;
  readonly retry = 'never';
  readonly status: number;
  /** Further members of the problem that HTTP answers. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    status: number,
    message: string,
    members: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

/** The operator's file of egress overrides cannot be used. */
export class OverrideFileError extends Error {
  override readonly name = 'OverrideFileError';
  readonly code = 'egress.override_file';
  readonly retry = 'never';

  constructor(path: string, cause: unknown) {
    super(
      `EGRESS_OVERRIDES_FILE names ${path}, which cannot be used: ${cause instanceof Error ? cause.message : 'unknown fault'}`,
      { cause },
    );
  }
}

/** The operator's own registry cannot be used. */
export class RegistryFileError extends Error {
  override readonly name = 'RegistryFileError';
  readonly code = 'registry.file';
  readonly retry = 'never';

  constructor(path: string, cause: unknown) {
    super(
      `PLUGIN_REGISTRY_FILE names ${path}, which cannot be used: ${cause instanceof Error ? cause.message : 'unknown fault'}`,
      { cause },
    );
  }
}

/** A link in `PLUGINS_DIR` would have a file read that belongs to no plugin. */
export class FolderLinkError extends Error {
  override readonly name = 'FolderLinkError';
  readonly code = 'plugins_folder.link';
  readonly retry = 'never';

  constructor(path: string, folder: string) {
    super(`${path} is a link that leads out of ${folder} and is not followed; put the file there`);
  }
}

/** The issuer of access tokens cannot be asked for its keys. */
export class IssuerError extends Error {
  override readonly name = 'IssuerError';
  readonly code = 'token.issuer_unavailable';
  readonly retry = 'later';

  constructor(issuer: string, cause: unknown) {
    super(
      `the keys of ${issuer} cannot be had (${cause instanceof Error ? cause.message : 'unknown fault'}), so that nobody can tell whose token this is; keys of the API work all the same`,
      { cause },
    );
  }
}

export function notFound(what: string, id: string): RequestError {
  return new RequestError(`${what}.not_found`, 404, `there is no ${what} "${id.slice(0, 128)}"`);
}

/** A pod that asks who it is, and is no runner of this installation. */
export class PodRefusedError extends Error {
  override readonly name = 'PodRefusedError';
  readonly code = 'runner.pod_refused';
  readonly retry = 'never';

  constructor(reason: string, options?: ErrorOptions) {
    super(`the pod is no runner of this installation: ${reason}`, options);
  }
}

/** The cluster cannot be asked, or refuses. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
  readonly code = 'cluster.request';
  readonly retry = 'later';
  /** Of the API server's answer; 0 without one. */
  readonly status: number;

  constructor(message: string, { status = 0, cause }: { status?: number; cause?: unknown } = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.status = status;
  }
}
