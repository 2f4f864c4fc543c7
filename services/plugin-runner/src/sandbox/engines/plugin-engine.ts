/** What an isolate runs beside the plugin's own code: a closure that installs the guest. */
export interface PluginEngine {
  /** Stands before the guest, which takes away what is dangerous. */
  readonly opening: string;
  /** File of the build that leaves `guest`. */
  readonly guestFile: string;
  /** Further arguments of `guest.install` as source text; `$5` and so on stand for the values. */
  readonly argument: string;
  readonly values: readonly unknown[];
  /** The plugin as a script; none where its guest loads it. */
  readonly script: string | undefined;
}
