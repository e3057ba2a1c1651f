/** What the name before a `:` or `=` says about the value after it. */
export type KeyKind = 'password' | 'key' | 'aws' | 'azure' | 'gcp' | 'authorization' | undefined;

/** As long as the longest of the names below. */
const longestKey = 32;

// Last letters of the names below: most names are ruled out by one look at their end.
const lastLetters = endTable('dsehtnyrg');
// And the last two.
const endings = new Set(Array.from('rd wd se de ss od ev st ng ey ys et en on id re ue ls ds wt er ig at th'.split(' '), (end) => end.charCodeAt(0) * 256 + end.charCodeAt(1)));
const awsName = /(?:aws_?secret(?:_?access)?(?:_?key)?|secret_?access_?key|secret_?key)$/;
const passwordName = /(?:passw(?:or)?d|passphrase|passcode|pwd|(?:^|_|db|pg|ssh|smtp|user|root|admin)pass|pass(?:_?word)?_?(?:prod|dev|test|staging))$/;
const publicName = /(?:public_?key|public|primary|foreign|sort|partition|page|next|prev|previous|continuation|cursor|sync|max|min|num|count|total|cache|idempotency|host|map|i18n|translation)_?(?:key|token)s?$/;
const keyOf = /(?:api|access|auth|aes|sso|rsa|ssl|tls|gpg|pgp|cipher|shared|root|user|bot|token|session|security|vault|account|app|application|client|consumer|signing|encryption|decrypt(?:ion)?|private|master|service|storage|license|webhook|session|subscription|deploy|hmac|jwt|crypto|secret|write|read|admin|server|functions?)_?keys?$/;
const otherName = /(?:^|_)(?:credentials?|creds|jwt|bearer|signature|sig|pat)$|_auth$|(?:secret|token|key)_?(?:base|id|value)$|cookie_?secret$|(?:session_?id|sessid|jsessionid|connect_?sid)$/;

// The last three units of the other names.
const otherEndings = new Set(Array.from('ial als eds jwt rer ure sig pat uth ase lue ret _id nid tid yid sid'.split(' '), lastThree));
const separator = /[-. ]/;
const separators = /[-. ]/g;

/** Whether a name that ends here can be one of them at all; a counter may follow it. */
export function mayEndKey(text: string, end: number): boolean {
  const c = text.charCodeAt(end - 1);
  return isCounter(c) || (lastLetters[c & 127] === 1 && isEnding(text, end));
}

export function keyKind(text: string, start: number, end: number): KeyKind {
  let last = end;
  // `PASSWORD_1`, `token2`
  while (last > start && isCounter(text.charCodeAt(last - 1)) && end - last < 4) last -= 1;
  if (last - start < 3 || !isEnding(text, last)) return undefined;
  const name = text.slice(Math.max(start, last - longestKey), last).toLowerCase();
  return kindOf(separator.test(name) ? name.replaceAll(separators, '_') : name);
}

function isEnding(text: string, end: number): boolean {
  return endings.has((text.charCodeAt(end - 2) | 32) * 256 + (text.charCodeAt(end - 1) | 32));
}

function kindOf(name: string): KeyKind {
  if ((name.includes('pass') || name.includes('pwd')) && passwordName.test(name)) return 'password';
  if (name.endsWith('key') || name.endsWith('keys')) return keyNameKind(name);
  if (name.endsWith('aws_secret')) return 'aws';
  if (name.endsWith('secret') || name.endsWith('token')) return publicName.test(name) ? undefined : 'key';
  if (name.endsWith('authorization')) return 'authorization';
  if (!otherEndings.has(lastThree(name))) return undefined;
  if (/private_?key_?id$/.test(name)) return 'gcp';
  if (/shared_?access_?signature$/.test(name)) return 'azure';
  return otherName.test(name) ? 'key' : undefined;
}

function lastThree(name: string): number {
  const { length } = name;
  return (name.charCodeAt(length - 3) << 16) | (name.charCodeAt(length - 2) << 8) | name.charCodeAt(length - 1);
}

function keyNameKind(name: string): KeyKind {
  if (/(?:account|shared_?access)_?key$/.test(name)) return 'azure';
  if (awsName.test(name)) return 'aws';
  return !publicName.test(name) && keyOf.test(name) ? 'key' : undefined;
}

function isCounter(c: number): boolean {
  return (c >= 48 && c <= 57) || c === 0x5f || c === 0x2d;
}

function endTable(letters: string): Uint8Array {
  const table = new Uint8Array(128);
  for (const letter of letters) table[letter.charCodeAt(0)] = table[letter.toUpperCase().charCodeAt(0)] = 1;
  return table;
}
