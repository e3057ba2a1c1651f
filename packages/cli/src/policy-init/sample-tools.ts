/** An argument of a sample tool. */
export interface SampleArgument {
  readonly name: string;
  readonly type: 'string' | 'number';
  /** A value that the policy lets pass. */
  readonly good: string | number;
  /** A value that it refuses, and what the case about it is called. */
  readonly bad?: { readonly value: string | number; readonly why: string };
  /** What the policy says of it, as the text of a YAML flow map; nothing for free text. */
  readonly rules?: string;
}

/** A tool as a starting policy knows it. */
export interface SampleTool {
  readonly about: string;
  readonly args: readonly SampleArgument[];
}

const freeText = (name: string, good: string, most: number): SampleArgument => ({
  name, type: 'string', good, rules: `{ type: string, required: true, max_length: ${String(most)} }`,
});

const id = (name: string): SampleArgument => ({
  name, type: 'number', good: 7, bad: { value: -1, why: 'an id that is none' }, rules: '{ type: integer, required: true, min: 1 }',
});

const patient: SampleArgument = {
  name: 'patient_id', type: 'string', good: 'P-1042', bad: { value: '1042 or any other', why: 'an id in another form' }, rules: "{ type: string, required: true, pattern: 'P-[0-9]{1,9}' }",
};

const account: SampleArgument = {
  name: 'account_id', type: 'string', good: 'A-77', bad: { value: 'everyone', why: 'an account in another form' }, rules: "{ type: string, required: true, pattern: 'A-[0-9]{1,9}' }",
};

const file: SampleArgument = {
  name: 'path',
  type: 'string',
  good: 'notes.txt',
  bad: { value: '../../etc/passwd', why: 'a path out of the folder' },
  rules: '{ sink: path, required: true, path: { root: ., deny: [.env, "**/.env", ".git/**"] } }',
};

/** Sample tools by name; any other tool is taken for one with a text. */
const known: Readonly<Record<string, SampleTool>> = {
  read_note: { about: 'reads a note', args: [id('note_id')] },
  add_note: { about: 'adds a note', args: [freeText('text', 'call back on Monday', 2000)] },
  search_tickets: { about: 'searches tickets', args: [freeText('words', 'late delivery', 200)] },
  read_article: { about: 'reads an article of the help site', args: [id('article_id')] },
  // An id and not an address: what the policy hides, a tool does not get either.
  send_mail: { about: 'writes to a customer', args: [id('customer_id'), freeText('body', 'Your order is on its way.', 5000)] },
  refund_order: {
    about: 'pays an order back',
    args: [id('order_id'), { name: 'amount', type: 'number', good: 20, bad: { value: 5000, why: 'more than an agent may pay back' }, rules: '{ type: number, required: true, min: 0.01, max: 100 }' }],
  },
  read_file: { about: 'reads a file of the project', args: [file] },
  write_file: { about: 'writes a file of the project', args: [file, freeText('text', 'hello', 100_000)] },
  // Programs that read files, such as cat, would go around what read_file is held to.
  run_command: {
    about: 'runs a command',
    args: [
      {
        name: 'command',
        type: 'string',
        good: 'ls -l',
        bad: { value: 'ls; rm -rf .', why: 'a program that is not listed' },
        rules: '{ sink: shell, required: true, shell: { programs: { allowed: [ls, pwd, date] } } }',
      },
    ],
  },
  list_rows: {
    about: 'reads rows of a table',
    args: [
      { name: 'table', type: 'string', good: 'orders', bad: { value: 'salaries', why: 'a table that is not listed' }, rules: '{ allowed: [orders, products], required: true }' },
      { name: 'limit', type: 'number', good: 50, bad: { value: 1_000_000, why: 'too many rows' }, rules: '{ type: integer, required: true, min: 1, max: 1000 }' },
    ],
  },
  describe_table: { about: 'says what columns a table has', args: [{ name: 'table', type: 'string', good: 'orders', rules: '{ allowed: [orders, products], required: true }' }] },
  fetch_page: {
    about: 'fetches a page',
    args: [
      {
        name: 'url',
        type: 'string',
        good: 'https://docs.example.com/start',
        bad: { value: 'http://169.254.169.254/latest/meta-data/', why: 'the address of a cloud\'s own metadata' },
        rules: '{ sink: url, required: true, url: { hosts: { allowed: [example.com, "*.example.com"] } } }',
      },
    ],
  },
  search_web: { about: 'searches the web', args: [freeText('words', 'weather in Lisbon', 200)] },
  get_balance: { about: 'says what is on an account', args: [account] },
  transfer_money: {
    about: 'transfers money',
    args: [
      account,
      { name: 'amount', type: 'number', good: 25, bad: { value: 100_000, why: 'more than an agent may transfer' }, rules: '{ type: number, required: true, min: 0.01, max: 1000 }' },
      { name: 'currency', type: 'string', good: 'EUR', rules: '{ allowed: [EUR, USD], required: true }' },
    ],
  },
  read_record: { about: 'reads a record', args: [patient] },
  add_record_note: { about: 'adds a note to a record', args: [patient, freeText('text', 'felt better today', 2000)] },
};

export function sampleTool(name: string): SampleTool {
  const own = Object.hasOwn(known, name) ? known[name] : undefined;
  return own ?? { about: 'say here what it does', args: [{ name: 'text', type: 'string', good: 'hello' }] };
}

export interface Profile {
  readonly title: string;
  readonly tools: readonly string[];
  readonly denied: readonly string[];
  /** Whether personal data is hidden without being asked for. */
  readonly pii: boolean;
  readonly categories: readonly string[];
  readonly callsAMinute: number;
  readonly seconds: number;
  readonly bytes: number;
  /** Hosts that may be named in any argument; nothing is said of hosts without it. */
  readonly hosts?: readonly string[];
}

const usual = ['email', 'phone', 'ssn', 'credit_card', 'iban'];
const plain = { denied: ['delete_*', 'drop_*'], pii: false, categories: usual, callsAMinute: 60, seconds: 30, bytes: 262_144 } as const;

export const profiles = {
  general: { ...plain, title: 'a small start for any agent', tools: ['read_note', 'add_note'] },
  'support-desk': { ...plain, title: 'answers customers: tickets, mails, refunds', tools: ['search_tickets', 'read_article', 'send_mail', 'refund_order'], pii: true },
  'code-agent': { ...plain, title: 'works on a project: files and commands', tools: ['read_file', 'write_file', 'run_command'], callsAMinute: 120, seconds: 120, bytes: 1_048_576 },
  data: { ...plain, title: 'reads tables', tools: ['list_rows', 'describe_table'], pii: true, bytes: 1_048_576 },
  browsing: { ...plain, title: 'reads pages of named hosts', tools: ['search_web', 'fetch_page'], hosts: ['example.com', '*.example.com'], bytes: 1_048_576 },
  finance: { ...plain, title: 'reads accounts and transfers small amounts', tools: ['get_balance', 'transfer_money'], denied: [...plain.denied, 'close_*'], pii: true, callsAMinute: 20, seconds: 10, bytes: 65_536 },
  healthcare: { ...plain, title: 'reads records and adds notes', tools: ['read_record', 'add_record_note'], denied: [...plain.denied, 'export_*'], pii: true, categories: [...usual, 'ip_address', 'passport'], callsAMinute: 30, seconds: 10, bytes: 65_536 },
} as const satisfies Readonly<Record<string, Profile>>;

export type ProfileName = keyof typeof profiles;

export function isProfileName(name: string): name is ProfileName {
  return Object.hasOwn(profiles, name);
}

export function profileOf(name: ProfileName): Profile {
  return profiles[name];
}
