/** What the name before a `:` or `=` says about the value after it. */
export type KeyKind = 'password' | 'key' | 'aws' | 'azure' | 'gcp' | 'authorization' | undefined;

const longestKey = 64;

// Last letters of the names below: most names are ruled out by one look at their end.
const lastLetters = endTable('dsehtnyrgwx');
const gcpName = /private_?key_?id$/;
const azureName = /(?:account_?key|shared_?access_?key|shared_?access_?signature)$/;
const awsName = /(?:aws_?secret(?:_?access)?(?:_?key)?|secret_?access_?key|secret_?key)$/;
const passwordName = /(?:passw(?:or)?d|passphrase|passcode|pwd|(?:^|_|db|pg|ssh|smtp|user|root|admin)pass|pass(?:_?word)?_?(?:prod|dev|test|staging))$/;
const publicName = /(?:public|primary|foreign|sort|partition|page|next|prev|previous|continuation|cursor|sync|max|min|num|count|total|cache|idempotency|shared_?access|host|map|i18n|translation)_?(?:key|token)s?$|key_?code$/;
const secretName = /(?:(?:api|access|auth|account|app|application|client|consumer|signing|encryption|decrypt(?:ion)?|private|master|service|storage|license|webhook|session|subscription|deploy|hmac|jwt|crypto|secret|write|read|admin|server|functions?|x_functions)_?(?:key|secret|token)(?:_?base|_?id)?|(?:^|_|[a-z])secret(?:_?value|_?base|_?key_?base)?|(?:^|_|[a-z])token(?:_?secret|_?value)?|(?:^|_)(?:credentials?|creds|jwt|bearer|signature|sig|pat)|cookie_?secret|(?:^|_)auth|session_?id|sessid|phpsessid|jsessionid|connect_?sid|x_amz_security_token|x_amz_signature)$/;

export function keyKind(text: string, start: number, end: number): KeyKind {
  let last = end;
  // `PASSWORD_1`, `token2`
  while (last > start && isCounter(text.charCodeAt(last - 1)) && end - last < 4) last -= 1;
  if (last - start < 3 || lastLetters[text.charCodeAt(last - 1) & 127] !== 1) return undefined;
  return kindOf(text.slice(Math.max(start, last - longestKey), last).toLowerCase().replaceAll('-', '_'));
}

function kindOf(name: string): KeyKind {
  if (name.endsWith('authorization')) return 'authorization';
  if (passwordName.test(name)) return 'password';
  if (gcpName.test(name)) return 'gcp';
  if (azureName.test(name)) return 'azure';
  if (awsName.test(name)) return 'aws';
  if (publicName.test(name)) return undefined;
  return secretName.test(name) ? 'key' : undefined;
}

function isCounter(c: number): boolean {
  return (c >= 48 && c <= 57) || c === 0x5f || c === 0x2d;
}

function endTable(letters: string): Uint8Array {
  const table = new Uint8Array(128);
  for (const letter of letters) table[letter.charCodeAt(0)] = table[letter.toUpperCase().charCodeAt(0)] = 1;
  return table;
}
