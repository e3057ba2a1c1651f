import { describe, expect, it } from '@jest/globals';
import { Redactor } from '../redactor.js';

const redactor = new Redactor({ secrets: false });
const all = new Redactor({ secrets: false, categories: ['email', 'phone', 'ssn', 'credit_card', 'ip_address', 'iban', 'passport'] });

/** A value and the category it must be hidden as, whole, wherever it stands. */
const positives: readonly (readonly [string, string])[] = [
  ...[
    'john@example.com', 'john.doe+tag@mail.example.co.uk', "o'brien@example.ie", 'a@b.co', 'USER_1@sub-domain.example.org', 'x%y@example.com',
    '"john doe"@example.com', 'jürgen@exämple.de', '用户@例子.公司', 'почта@пример.рф', 'user@xn--e1afmkfd.xn--p1ai', 'john@[192.168.1.1]',
    'first.last@example.museum', '1234567890@example.com', 'email@123.123.example.com', 'josé.garcía@correo.es',
  ].map((value) => ['email', value] as const),
  ...[
    '555-123-4567', '(555) 123-4567', '(555)123-4567', '555.123.4567', '555 123 4567', '+1 555 123 4567', '+1-555-123-4567', '+15551234567',
    '1-800-555-0199', '1 (555) 123-4567', '+1 (555) 123-4567', '+44 20 7946 0958', '+44 (0)20 7946 0958', '+442079460958', '+49 30 123456',
    '+49 (0) 151 23456789', '+33 6 12 34 56 78', '+91 98765 43210', '+81 3-1234-5678', '+86 138 0013 8000', '+61 2 9374 4000', '+55 11 91234-5678',
    '+7 495 123-45-67', '+34 912 345 678', '+39 06 698 12345', '+353 1 234 5678', '+971 50 123 4567', '+65 6123 4567', '0044 20 7946 0958',
    '06 12 34 56 78', '020 7946 0958', '07700 900123', '0412 345 678', '03-1234-5678', '123-456-7890', '(212) 555-0100 x123', '555-123-4567 ext. 89',
  ].map((value) => ['phone', value] as const),
  ...['123-45-6789', '123 45 6789', '078-05-1120', '899-12-3456', '123 - 45 - 6789'].map((value) => ['ssn', value] as const),
  ...[
    '4111111111111111', '4111 1111 1111 1111', '4111-1111-1111-1111', '4012888888881881', '4222222222222', '5555555555554444', '5105 1051 0510 5100',
    '2223003122003222', '2720990000000007', '378282246310005', '3782 822463 10005', '371449635398431', '6011111111111117', '6011 0009 9013 9424',
    '6500000000000002', '30569309025904', '3056 930902 5904', '38520000023237', '36700102000000', '3530111333300000', '3566002020360505', '6200000000000005',
    '2200000000000053', '4111.1111.1111.1111', '6759649826438453',
  ].map((value) => ['credit_card', value] as const),
  ...[
    '192.168.1.1', '10.0.0.255', '8.8.8.8', '255.255.255.255', '127.0.0.1', '2001:db8::1', '2001:0db8:85a3:0000:0000:8a2e:0370:7334', '::1', 'fe80::1',
    'fe80::1%eth0', '::ffff:192.168.1.1', '2001:db8::', '64:ff9b::192.0.2.33', '2001:DB8:0:0:8:800:200C:417A', 'fd12:3456:789a:1::1',
  ].map((value) => ['ip_address', value] as const),
];

const inContext: readonly (readonly [string, string, string])[] = [
  ['phone', 'phone: 5551234567', '5551234567'], ['phone', '"phone": "5551234567"', '5551234567'], ['phone', 'call me at 5551234567', '5551234567'],
  ['phone', 'Tel. 02079460958', '02079460958'], ['phone', '<phone>5551234567</phone>', '5551234567'], ['phone', 'mobile number is 0612345678', '0612345678'],
  ['phone', 'phone 555-1234', '555-1234'], ['phone', 'my phone is (555) 123 4567.', '(555) 123 4567'], ['phone', '我的电话是555-123-4567', '555-123-4567'],
  ['ssn', 'SSN: 123456789', '123456789'], ['ssn', 'ssn=123456789', '123456789'], ['ssn', 'social security number 123456789', '123456789'],
  ['ssn', '"ssn":"123456789"', '123456789'], ['ssn', 'employeeSsn: 123456789', '123456789'], ['ssn', '<ssn>123456789</ssn>', '123456789'],
  ['credit_card', 'card number 4532-1234-5678-9010', '4532-1234-5678-9010'], ['credit_card', 'order 4 paid with 4111 1111 1111 1111 12/27', '4111 1111 1111 1111'],
  ['ip_address', 'http://[2001:db8::1]:8080/', '2001:db8::1'], ['ip_address', '10.1.2.3:443', '10.1.2.3'], ['ip_address', '10.1.2.0/24', '10.1.2.0'],
  ['ip_address', 'from 2001:db8::1.', '2001:db8::1'], ['email', 'mailto:john@example.com?subject=x', 'john@example.com'],
  ['email', '<john@example.com>', 'john@example.com'], ['email', 'john@example.com.', 'john@example.com'], ['email', '[john](john@example.com)', 'john@example.com'],
  ['email', '请联系john@example.com谢谢', 'john@example.com'], ['email', 'x="john@example.com"', 'john@example.com'], ['email', 'a,john@example.com;b', 'john@example.com'],
];

const clean: readonly string[] = [
  'order 1234567890', 'Order #555-123-4567', 'invoice 100-200-3000', 'version 1.2.3.4', 'v1.2.3.4', 'pkg==1.2.3.4', 'Chrome/120.0.6099.109', 'foo-1.2.3.4.tar.gz',
  'OID 1.3.6.1.4.1.311', '2024-01-15T10:30:00Z', '2024-01-15 10:30:00.123456', '10:30:45', '12:30', '1705314600', '1705314600000', '550e8400-e29b-41d4-a716-446655440000',
  'e83c5163316f89bfbde7d9ab23ca2e25604af290', 'd41d8cd98f00b204e9800998ecf8427e', 'total 1,234,567.89', '3.14159265358979', '0.4111111111111111', 'std::vector<int>::iterator',
  'a::b', 'Foo::Bar::baz', 'items[::2]', 'items[1::3]', '00:1a:2b:3c:4d:5e', '000-12-3456', '666-12-3456', '900-12-3456', '123-00-4567', '123-45-0000', '4111111111111112',
  '1234-5678-9012-3456', '123456789', '1234567890', '12345678901234567890', 'ISBN 978-3-16-148410-0', '978-0-306-40615-7', 'user@localhost', '@decorator', 'git@github.com:owner/repo.git',
  'icon@2x.png', 'npm i foo@1.2.3', '@scope/pkg@latest', '"@types/node": "^20.19.0"', 'a @ b', 'meet @ 5', '1.2.3', '256.1.1.1', '1.2.3.4.5', '192.168.1', '1 + 1 = 2', '12/25/2024',
  'Room 101, floor 3, building 42', '15.01.2024', 'pages 100-200', '192 168 1 1', 'x = y - 12 - 34 - 56', 'ratio 16:9', 'Genesis 1:1', 'lines 10-20, 30-40', 'SKU 12345-678-9012',
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==',
  '# Title\n\n- item 1\n- item 2\n\n```ts\nconst x: number = 42;\n```', 'for (let i = 0; i < 100; i += 1) sum += values[i];', '| a | b |\n|---|---|\n| 1 | 2 |', 'a'.repeat(500), '1'.repeat(500),
  'The quick brown fox, aged 7, jumped over 3 lazy dogs at 10:30.', '12 34 56 78 90', '100 200 300 400 500 600', '2024 2025 2026 2027', '+1 for the idea', 'C++ 11', 'tel aviv 2024',
  'width: 1920px; height: 1080px', 'rgb(255, 255, 255)', '#ff00aa', '0xdeadbeef', '1e10', '50%', '100% sure & ready', 'AT&T', 'R&D; Q&A', '价格是 100 元', 'привет мир', 'naïve café', '🎉 done 👍',
];

describe('personal data', () => {
  it.each(positives)('hides %s %s whole', (category, value) => {
    const { text, findings } = redactor.redact(`say ${value} now`);

    expect(text).toBe(`say ${redactor.redact(value).text} now`);
    expect(findings).toEqual([{ kind: 'pii', category, start: 4, end: 4 + value.length }]);
  });

  it.each(inContext)('hides %s in %s', (category, text, value) => {
    const start = text.indexOf(value);

    expect(redactor.detect(text)).toEqual([{ kind: 'pii', category, start, end: start + value.length }]);
  });

  it.each(clean)('leaves %s alone', (text) => {
    expect(redactor.detect(text)).toEqual([]);
  });

  it.each([
    ['iban', 'DE89 3704 0044 0532 0130 00'], ['iban', 'GB82WEST12345698765432'], ['iban', 'FR1420041010050500013M02606'], ['iban', 'NO9386011117947'],
  ])('hides %s %s when asked to', (category, value) => {
    expect(all.detect(`pay ${value} now`)).toEqual([{ kind: 'pii', category, start: 4, end: 4 + value.length }]);
  });

  it('takes no IBAN with a wrong check number', () => {
    expect(all.detect('DE88 3704 0044 0532 0130 00')).toEqual([]);
  });

  it.each(['passport C01234567', 'Passport No: 123456789', 'passport: AB1234567'])('hides the number in %s', (text) => {
    expect(all.redact(text).text).toMatch(/<PASSPORT>$/);
  });

  it.each(['part C01234567', 'AB1234567'])('takes %s for no passport', (text) => {
    expect(all.detect(text)).toEqual([]);
  });
});
