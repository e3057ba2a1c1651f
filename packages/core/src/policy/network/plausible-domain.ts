/**
 * Generic top-level domains that a bare host in a text may end in: the common ones, and those that abuse reports name most. Bare names are guessed at;
 * a URL counts whatever it ends in. Every country code counts too.
 */
const genericDomains: ReadonlySet<string> = new Set(
  (
    'com net org edu gov mil int info biz name pro mobi tel jobs travel museum coop aero arpa post asia cat xxx onion ' +
    'app dev page web cloud host hosting site website online store shop tech space fun club live life world today news blog wiki media digital agency studio design email network systems ' +
    'solutions services support company group team works work global international center academy school university institute health care clinic money finance bank capital fund credit loan loans ' +
    'trade trading market markets exchange crypto top xyz icu vip win bid men party review science date faith racing stream download accountant cricket webcam link click buzz cyou cfd sbs rest ' +
    'monster quest bond lol lat beauty hair makeup skin boats homes autos motorcycles yachts zip mov foo new bar wtf ninja rocks guru expert social chat games game bet casino poker porn sex adult dating ' +
    'london berlin paris tokyo nyc amsterdam moscow eu google amazon aws apple microsoft azure cloudfront internal local localhost lan corp home intranet test example invalid'
  ).split(' '),
);

/** Endings of files that are country codes or generic domains too: alone they name a file, before a port or a path a host. */
const fileEndings: ReadonlySet<string> = new Set(
  (
    'md py rs go sh so pl cc ml ps pm mk as in st ac cr fm gs la lc ms ph pk ro sc sl sv tf tk vb vi ad ai am do es id is it me to no at be by my py re sr sy so zip mov app page dev new test foo bar name info cat example post work works date link local'
  ).split(' '),
);
/** Of those, what a host of one name and this ending is far more often than a file. */
const hostsAnyway: ReadonlySet<string> = new Set(['ai', 'app', 'dev', 'info', 'name', 'page', 'link', 'zip', 'mov', 'work', 'works', 'date', 'local', 'me', 'to', 'es', 'is', 'it', 'at', 'be', 'ro', 'tk', 'la', 'fm', 'ac', 'cr', 'sc', 'ms', 'ph', 'pk', 'am', 'sl', 'ad', 'sy', 'sv', 'lc', 'gs', 'in', 'no', 'my', 'by']);

/** Endings of files that no top-level domain has: never a host. */
const neverDomains: ReadonlySet<string> = new Set(
  (
    'js ts gz xz bz kt jl ex hh hs cs rb vb db png jpg jpeg gif svg bmp webp ico pdf txt rtf odt json jsonl html htm css scss less xml xsl yaml yml csv tsv tsx jsx mjs cjs mts cts log ini cfg conf toml lock env ' +
    'doc docx xls xlsx ppt pptx tar tgz bz2 rar exe dll bin dat sql sqlite php jar war java swift cpp cxx hpp class wasm map mp3 mp4 wav avi mkv ttf woff woff2 eot pem crt key csr p12 bak tmp swp orig patch diff ipynb proto gradle lua vue svelte astro tex bib'
  ).split(' '),
);

const label = /^[a-z0-9_\u0080-\uffff](?:[a-z0-9_\u0080-\uffff-]*[a-z0-9_\u0080-\uffff])?$/i;

export interface DomainContext {
  /** Whether a port or a path follows, which a file has not. */
  readonly followed: boolean;
  /** Whether the name is all that a text holds. */
  readonly whole: boolean;
}

/** Whether a dotted name without a scheme is likely to be a host, and not a file, a member of an object or the end of a sentence. */
export function isPlausibleDomain(name: string, { followed, whole }: DomainContext): boolean {
  const labels = (name.endsWith('.') ? name.slice(0, -1) : name).split('.');
  const last = (labels[labels.length - 1] ?? '').toLowerCase();
  if (labels.length < 2 || labels.length > 127 || !labels.every((part) => label.test(part))) return false;
  if (last.startsWith('xn--') || /[\u0080-\uffff]/.test(last)) return true;
  if (!/^[a-z]{2,24}$/.test(last) || neverDomains.has(last)) return false;
  if (followed && whole) return true;
  // A sentence that goes on without a space has a capital behind its dot; nobody writes a host so.
  if (/^[A-Z][a-z]+$/.test(labels[labels.length - 1] ?? '') && !whole) return false;
  if (fileEndings.has(last) && !hostsAnyway.has(last)) return labels[0]?.toLowerCase() === 'www';
  return last.length === 2 || genericDomains.has(last);
}
