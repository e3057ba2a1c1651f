/** How many variants of every input there are: more than a result cache of V8 keeps for one pattern and caller. */
const variants = 16;

/** Builds the variants; `n` differs in each and is two digits long. */
export function rotate<T>(make: (n: number) => T): (i: number) => T {
  const all = Array.from({ length: variants }, (_, i) => make(10 + i));
  // The index is within the array.
  return (i) => all[i & (variants - 1)] as T;
}

/** Text as it comes off a socket: flat, and not one of the engine's shared strings. */
export function fresh(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** 130 characters with an e-mail address, a phone number and a social security number. */
export function piiText(n: number): string {
  const text = `Please write to anna.miller${String(n)}@corp-mail.org or call (415) 732-41${String(n)} today; the SSN on file is 536-22-48${String(n)}, as agreed on Monday`;
  return fresh(text.slice(0, 130));
}

/** 130 characters of a tool's ordinary answer, digits included. */
export function cleanText(n: number): string {
  const text = `The report for quarter ${String(n)} lists 4 open orders and 12 returns; nothing needs a decision before the meeting on Thursday at noon, it says`;
  return fresh(text.slice(0, 130));
}

/** 2048 characters of letter and mail, with twelve things in them to hide. */
export function longText(n: number): string {
  const filler = 'The shipment left the warehouse in the morning and reached the depot before noon, as planned. ';
  const id = String(n);
  const hidden = [
    `anna.miller${id}@corp-mail.org`, `(415) 732-41${id}`, `536-22-48${id}`, '4012 8888 8888 1881', `203.0.113.${id}`,
    `j.doe+${id}@mail-host.net`, `+1 212 732 41${id}`, `532-44-71${id}`, '5105-1051-0510-5100', `198.51.100.${id}`,
    `office${id}@example.org`, `415-732-42${id}`,
  ];
  const text = hidden.map((value) => `${filler}Contact: ${value}. `.padEnd(170, 'and so on ')).join('');
  return fresh(text.padEnd(2_048, filler).slice(0, 2_048));
}

/** 130 characters with one token of a well-known issuer; put together here so that no scanner finds it in this file. */
export function secretText(n: number): string {
  const body = `Zq${String(n)}vR7mW2xK9pT4bN6hJ3dF8sL1gC5yQ0aEuXi`.slice(0, 36);
  const token = [['ghp', body].join('_'), ['AK', `IOSFODNN7${String(n)}TQWPL`].join('IA'), ['sk', 'live', body.slice(0, 24)].join('_')][n % 3] ?? '';
  return fresh(`The deployment of service ${String(n)} failed; the log shows ${token} in line 7 of the settings, please rotate it before noon`.padEnd(130, '.').slice(0, 130));
}
