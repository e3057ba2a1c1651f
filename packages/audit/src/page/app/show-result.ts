import type { Place, VerificationCheck } from '../../verify/verdict.js';
import type { VerificationResult } from '../../verify/verification.js';
import { bytes, count, element, visible } from './element.js';
import { EXPLANATIONS } from './explain.js';
import type { PageResult } from './check-trail.js';

type Status = VerificationCheck['status'];

const WORDS: Readonly<Record<Status, string>> = { pass: '✓ passed', fail: '✗ failed', unknown: '? not known' };
const MARKS: Readonly<Record<Status, string>> = { pass: '✓', fail: '✗', unknown: '?' };
const SHOWN_ERRORS = 100;
interface Verdict {
  readonly status: Status;
  readonly title: string;
  readonly text: string;
}

function plural(amount: number, one: string, many: string): string {
  return `${count(amount)} ${amount === 1 ? one : many}`;
}

function verdictOf({ found: { checks, valid, size }, vouched }: PageResult): Verdict {
  const failed = checks.filter(({ status }) => status === 'fail');
  const open = checks.filter(({ status }) => status === 'unknown');
  if (!valid) {
    return { status: 'fail', title: 'This trail is not sound', text: `${plural(failed.length, 'check', 'checks')} failed. What is wrong first is shown below.` };
  }
  const lines = plural(size, 'line', 'lines');
  const left = open.length === 0 ? '' : ` ${plural(open.length, 'check', 'checks')} could not be made: what that leaves open is listed below.`;
  if (vouched === 0) {
    const text = `The ${lines} fit together. Nothing from outside was given to hold them against, so all of them could have been written anew.${left}`;
    return { status: 'unknown', title: 'No fault found, but nobody vouches for it', text };
  }
  if (vouched === null) return { status: 'pass', title: 'No fault found', text: `${lines} were checked. Witnesses vouch for as many of them as is said below.${left}` };
  if (vouched >= size) return { status: 'pass', title: 'No fault found', text: `${lines} were checked, and something from outside vouches for all of them.${left}` };
  const text = `Something from outside vouches for the first ${count(vouched)} of ${lines}. Those behind them fit, and could still have been written anew.${left}`;
  return { status: 'unknown', title: `No fault found, but nobody vouches for the last ${plural(size - vouched, 'line', 'lines')}`, text };
}

function banner({ status, title, text }: Verdict): HTMLElement {
  const mark = element('span', 'mark', MARKS[status]);
  mark.setAttribute('aria-hidden', 'true');
  const heading = element('h2', '', title);
  heading.id = 'verdict';
  heading.tabIndex = -1;
  return element('div', `banner ${status}`, mark, element('div', '', heading, element('p', '', text)));
}

function placeText({ file, line }: Place): string {
  return line === 0 ? file : `${file}, line ${count(line)}`;
}

function isSame(one: Place, other: Place): boolean {
  return one.file === other.file && one.line === other.line;
}

/** What is wrong at a place, one sentence for each check that fails there first. */
function wrongAt({ checks, errors }: VerificationResult, place: Place): HTMLElement[] {
  const failing = checks.filter(({ first }) => first !== null && isSame(first, place));
  return failing.map(({ name, detail }) => {
    const error = errors.find((candidate) => candidate.code === name && isSame(candidate, place));
    return element('p', '', element('strong', '', EXPLANATIONS[name].title), `: ${error?.message ?? detail}.`);
  });
}

function firstFault({ found, first, firstLine }: PageResult): HTMLElement[] {
  if (first === null) return [];
  const box = element('div', 'first', element('h3', '', `What is wrong first: ${placeText(first)}`), ...wrongAt(found, first));
  if (first.entry_id !== null) box.append(element('p', 'small', `Entry ${first.entry_id}, number ${count((first.index ?? 0) + 1)} of the log`));
  if (firstLine !== null) {
    const shown = element('pre', '', firstLine);
    shown.tabIndex = 0;
    shown.setAttribute('role', 'region');
    shown.setAttribute('aria-label', 'The line as it is stored');
    box.append(shown);
  }
  return [box];
}

function checkpointsText({ checkpoints: { count: amount, lastSize, lastTime } }: VerificationResult): string {
  if (lastSize === null) return 'none';
  return `${count(amount)}, the last over ${plural(lastSize, 'line', 'lines')}, said to be of ${lastTime ?? 'no time'}`;
}

function facts({ found: result, bytes: read, seconds }: PageResult): HTMLElement {
  const list = element('dl', '');
  const add = (name: string, value: string, className = ''): void => {
    const item = element('dd', className, value);
    item.dataset['fact'] = name.toLowerCase();
    list.append(element('dt', '', name), item);
  };
  add('Size', plural(result.size, 'line', 'lines'));
  add('Root', result.root, 'hash');
  add('Entries', count(result.entries));
  add('Writers', count(result.writers));
  if (result.recovered > 0) add('Recovered', `${plural(result.recovered, 'torn line', 'torn lines')} that a later entry vouches for`);
  if (result.erased > 0) add('Erased', `${plural(result.erased, 'entry', 'entries')} of which only the hash is left`);
  add('Files', plural(result.segments, 'file', 'files'));
  add('Checkpoints', checkpointsText(result));
  add('Checked', `${bytes(read)} in ${seconds.toFixed(1)} seconds, ${new Date().toISOString().slice(0, 19)}Z`);
  return list;
}

function row(check: VerificationCheck): HTMLElement {
  const { title, asks } = EXPLANATIONS[check.name];
  const head = element('th', '', title);
  head.scope = 'row';
  const line = element(
    'tr',
    '',
    head,
    element('td', '', element('span', `badge ${check.status}`, WORDS[check.status])),
    element('td', '', element('p', '', asks), element('p', 'small', check.detail)),
  );
  line.dataset['check'] = check.name;
  line.dataset['status'] = check.status;
  return line;
}

function table(checks: readonly VerificationCheck[]): HTMLElement {
  const heads = ['Check', 'Result', 'What was asked, and what was found'].map((text) => {
    const head = element('th', '', text);
    head.scope = 'col';
    return head;
  });
  return element('table', 'checks', element('thead', '', element('tr', '', ...heads)), element('tbody', '', ...checks.map(row)));
}

function openQuestions(checks: readonly VerificationCheck[]): HTMLElement[] {
  const open = checks.filter(({ status }) => status === 'unknown');
  if (open.length === 0) return [];
  const items = open.map(({ name }) => element('li', '', element('strong', '', EXPLANATIONS[name].title), `: ${EXPLANATIONS[name].open}`));
  return [element('h3', '', 'What this result cannot tell'), element('ul', '', ...items)];
}

function allFaults({ errors }: VerificationResult): HTMLElement[] {
  if (errors.length < 2) return [];
  const items = errors.slice(0, SHOWN_ERRORS).map((error) => element('li', '', `${placeText(error)}: ${error.message}`));
  return [element('details', '', element('summary', '', `All that was found, up to ${count(SHOWN_ERRORS)} faults`), element('ul', 'small', ...items))];
}

/** Shows what was found, in place of what was shown before, and puts the reader at its heading. */
export function showResult(section: HTMLElement, result: PageResult): void {
  const { found } = result;
  const verdict = verdictOf(result);
  section.replaceChildren(
    banner(verdict),
    ...firstFault(result),
    facts(result),
    table(found.checks),
    ...openQuestions(found.checks),
    ...allFaults(found),
  );
  section.dataset['verdict'] = verdict.status;
  section.hidden = false;
  document.title = visible(`${verdict.title}: audit trail`);
  document.getElementById('verdict')?.focus();
}
