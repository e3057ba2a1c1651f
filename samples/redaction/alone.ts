// #region alone
import { Redactor, redactValue } from '@enforcecore/redact';

const redactor = new Redactor({ categories: ['email', 'phone'], strategies: { phone: 'mask' } });

console.log(redactor.redact('write to mira@northfjord.example or call +1 212 555 0143').text);
console.log(redactor.detect('call +1 212 555 0143')); // where, and what, and never the value
console.log(redactValue({ user: { password: 'correct horse' } }, (text, name) => redactor.redact(text, name)).value);

const stream = redactor.stream();
console.log([...['write to mira', '@northfjord.', 'example now'].map((piece) => stream.push(piece)), stream.flush()]);
// #endregion alone
