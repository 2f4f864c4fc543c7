/** A command of this machine that failed, with what it printed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code = 'images.command';
  readonly retry = 'never';

  constructor(command: string, reason: string) {
    super(`${command}: ${reason.trim()}`);
  }
}

/** A package goes into an image that its bill of materials would not name. */
export class MissingComponentError extends Error {
  override readonly name = 'MissingComponentError';
  readonly code = 'images.missing_component';
  readonly retry = 'never';

  constructor(references: readonly string[]) {
    super(`npm's bill of materials does not name ${references.join(', ')}`);
  }
}

/** A script would hold packages that its bill of materials does not name. */
export class UnnamedPackagesError extends Error {
  override readonly name = 'UnnamedPackagesError';
  readonly code = 'images.unnamed_packages';
  readonly retry = 'never';

  constructor(files: readonly string[]) {
    super(
      `production does not install these files, yet the code imports them: ${files.slice(0, 10).join(', ')}; name their packages in "dependencies"`,
    );
  }
}

/** Skaffold asks for what this build cannot do. */
export class SkaffoldError extends Error {
  override readonly name = 'SkaffoldError';
  readonly code = 'images.skaffold';
  readonly retry = 'never';
}

/** What an image of a server is made of is not to be had. */
export class ServerImageError extends Error {
  override readonly name = 'ServerImageError';
  readonly code = 'images.server';
  readonly retry = 'never';
}
