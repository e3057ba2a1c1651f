/** A tool as a child can find it: code is named, never sent. */
export interface MovedTool {
  /** URL of the module, as `import.meta.url` gives it. */
  readonly module: string;
  /** The export: a function, or a class. */
  readonly export: string;
  /** The method, where the export is a class; the child's own container makes the instance. */
  readonly method?: string | undefined;
  /** True for a method of the class itself. */
  readonly isStatic?: boolean | undefined;
  /** The export that holds `ContainerModule`s with what the class needs; `sandboxModules` by default. */
  readonly modules?: string | undefined;
}
