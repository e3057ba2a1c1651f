import { checkTrail, type Progress } from './check-trail.js';
import { sortChosen, type TrailPart } from './chosen.js';
import { byId, bytes, count, element } from './element.js';
import { readQuestions } from './questions.js';
import { showResult } from './show-result.js';

const form = byId('form', HTMLFormElement);
const drop = byId('drop', HTMLDivElement);
const picker = byId('files', HTMLInputElement);
const chosenBox = byId('chosen', HTMLDivElement);
const check = byId('check', HTMLButtonElement);
const stop = byId('stop', HTMLButtonElement);
const problem = byId('problem', HTMLParagraphElement);
const progress = byId('progress', HTMLElement);
const bar = byId('bar', HTMLProgressElement);
const pace = byId('pace', HTMLParagraphElement);
const spoken = byId('spoken', HTMLParagraphElement);
const resultBox = byId('result', HTMLElement);

const files = new Map<string, File>();
let running: AbortController | null = null;

function tell(text: string | null): void {
  problem.textContent = text;
  problem.hidden = text === null;
}

function role({ ordinal, packed }: TrailPart): string {
  return ordinal === null ? 'the file that is written to' : `closed segment ${count(ordinal)}${packed ? ', packed' : ''}`;
}

function fileRow(file: File, what: string): HTMLElement {
  const name = element('th', '', file.name);
  name.scope = 'row';
  return element('tr', '', name, element('td', '', what), element('td', 'number', bytes(file.size)));
}

function showChosen(): void {
  const chosen = sortChosen([...files.values()]);
  tell(chosen.problem);
  check.disabled = files.size === 0 || chosen.problem !== null || running !== null;
  if (files.size === 0) {
    chosenBox.replaceChildren();
    return;
  }
  const rows = chosen.parts.map((part) => fileRow(part.file, role(part)));
  if (chosen.checkpoints !== null) rows.push(fileRow(chosen.checkpoints, 'checkpoints'));
  for (const file of chosen.foreign) rows.push(fileRow(file, 'not of a trail: left aside'));
  const again = element('button', 'button', 'Remove all');
  again.type = 'button';
  again.addEventListener('click', () => {
    files.clear();
    showChosen();
    picker.focus();
  });
  chosenBox.replaceChildren(element('table', 'files', element('tbody', '', ...rows)), element('p', '', again));
}

function take(list: Iterable<File>): void {
  if (running !== null) return;
  for (const file of list) files.set(file.name, file);
  showChosen();
}

function showProgress({ doneBytes, totalBytes, entries, seconds }: Progress): void {
  const part = totalBytes === 0 ? 1 : Math.min(1, doneBytes / totalBytes);
  bar.value = part;
  const perSecond = seconds > 0 ? Math.round(entries / seconds) : 0;
  pace.textContent = `${bytes(doneBytes)} of ${bytes(totalBytes)}, ${count(entries)} entries, ${count(perSecond)} entries/s`;
  // Read out in tenths only: a screen reader would talk without end.
  const tenth = `${String(Math.floor(part * 10) * 10)} percent checked`;
  if (spoken.textContent !== tenth) spoken.textContent = tenth;
}

function setRunning(controller: AbortController | null): void {
  running = controller;
  stop.hidden = controller === null;
  check.disabled = controller !== null;
  progress.hidden = controller === null;
}

async function run(): Promise<void> {
  const controller = new AbortController();
  resultBox.hidden = true;
  tell(null);
  setRunning(controller);
  try {
    const questions = readQuestions();
    const result = await checkTrail(sortChosen([...files.values()]), questions, showProgress, controller.signal);
    showResult(resultBox, result);
  } catch (error) {
    if (controller.signal.aborted) tell('Stopped. Nothing is known about the trail.');
    else tell(error instanceof Error ? `This could not be checked: ${error.message}.` : 'This could not be checked.');
  } finally {
    setRunning(null);
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (running === null && !check.disabled) void run();
});
stop.addEventListener('click', () => running?.abort());
picker.addEventListener('change', () => {
  take(picker.files ?? []);
  // The same files can be chosen again after they have changed.
  picker.value = '';
});
// On the whole page: a file dropped beside the box would otherwise be opened in place of the page.
document.addEventListener('dragover', (event) => {
  event.preventDefault();
  drop.classList.add('over');
});
document.addEventListener('dragleave', (event) => {
  if (event.relatedTarget === null) drop.classList.remove('over');
});
document.addEventListener('drop', (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  take(event.dataTransfer?.files ?? []);
});
showChosen();
