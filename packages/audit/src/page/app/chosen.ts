/** One file of a trail, as its name tells. */
export interface TrailPart {
  readonly file: File;
  readonly packed: boolean;
  /** The number of a closed segment; null for the file that is written to. */
  readonly ordinal: number | null;
}

/** What the chosen files are. */
export interface Chosen {
  /** Oldest first. */
  readonly parts: readonly TrailPart[];
  readonly checkpoints: File | null;
  /** Files that are none of a trail, by their names. */
  readonly foreign: readonly File[];
  /** Why these cannot be checked; null if they can. */
  readonly problem: string | null;
}

const SEGMENT = /^(.*)\.(\d{6,15})\.jsonl(\.gz)?$/s;
const CHECKPOINTS = /^(.*)\.checkpoints$/s;

interface Sorted {
  readonly active: File[];
  readonly segments: (TrailPart & { readonly ordinal: number; readonly stem: string })[];
  readonly checkpoints: File[];
  readonly foreign: File[];
}

function sort(files: readonly File[]): Sorted {
  const sorted: Sorted = { active: [], segments: [], checkpoints: [], foreign: [] };
  for (const file of files) {
    const segment = SEGMENT.exec(file.name);
    if (segment !== null) {
      sorted.segments.push({ file, stem: segment[1] ?? '', ordinal: Number(segment[2]), packed: segment[3] !== undefined });
    } else if (CHECKPOINTS.test(file.name)) sorted.checkpoints.push(file);
    else if (file.name.endsWith('.jsonl')) sorted.active.push(file);
    else sorted.foreign.push(file);
  }
  return sorted;
}

/** Like the verifier on disk: of a segment that is there twice, the plain file is read. */
function oncePerSegment(segments: Sorted['segments']): TrailPart[] {
  const byOrdinal = new Map<number, TrailPart>();
  for (const { file, ordinal, packed } of segments) if (!packed || !byOrdinal.has(ordinal)) byOrdinal.set(ordinal, { file, ordinal, packed });
  return [...byOrdinal.values()].sort((a, b) => (a.ordinal ?? 0) - (b.ordinal ?? 0));
}

function problemOf({ active, segments, checkpoints }: Sorted): string | null {
  const stems = new Set([...active.map(({ name }) => name.replace(/\.jsonl$/, '')), ...segments.map(({ stem }) => stem)]);
  if (stems.size === 0) return 'None of these files is a trail. Its name ends in .jsonl.';
  if (stems.size > 1) return 'These are files of more than one trail. Check one trail at a time.';
  if (active.length > 1) return 'Two of these files have the same name. Choose the files of one folder.';
  const [stem] = stems;
  const isOther = (file: File): boolean => file.name.replace(/(?:\.jsonl)?\.checkpoints$/, '') !== stem;
  if (checkpoints.length > 1 || checkpoints.some(isOther)) return 'The checkpoints are not those of this trail: their file is called like the trail, with .checkpoints behind it.';
  if (active.length === 0 && segments.length > 1) return 'The file that is written to is missing: choose it too (its name has no number), or one closed segment alone.';
  return null;
}

/** Tells from their names which files of a trail these are. */
export function sortChosen(files: readonly File[]): Chosen {
  const sorted = sort(files);
  const active = sorted.active.map((file) => ({ file, packed: false, ordinal: null }));
  return {
    parts: [...oncePerSegment(sorted.segments), ...active],
    checkpoints: sorted.checkpoints[0] ?? null,
    foreign: sorted.foreign,
    problem: files.length === 0 ? null : problemOf(sorted),
  };
}
