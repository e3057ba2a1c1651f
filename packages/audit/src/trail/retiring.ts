/** What a writer has said of old segments that go, and how far that is covered. */
export class Retiring {
  /** The last that was said, and how many lines there were then. */
  announced: { readonly through: number; readonly size: number } | null = null;
  /** The last that this writer has deleted; 0 before it has. */
  removedThrough = 0;
  /** No checkpoint was asked to cover that yet. */
  mustCover = false;
  /** How many lines the last checkpoint covers, as far as the writer knows. */
  coveredSize: () => number = () => 0;
}
