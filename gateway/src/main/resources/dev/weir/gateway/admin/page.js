// What every page's script begins with.
'use strict';
const by = id => document.getElementById(id);
const number = new Intl.NumberFormat('en');
const samples = [];
let failures = 0;
function bytes(count) {
  for (const [unit, size] of [['GiB', 2 ** 30], ['MiB', 2 ** 20], ['KiB', 2 ** 10]])
    if (count >= size) return (count / size).toFixed(1) + ' ' + unit;
  return count + ' B';
}
function sum(values) {
  return values.reduce((all, one) => all + one, 0);
}
function row(texts, element = 'td', leftOnes = []) {
  const made = document.createElement('tr');
  texts.forEach((text, index) => {
    const cell = document.createElement(element);
    cell.textContent = text;
    if (leftOnes.includes(index)) cell.className = 'text';
    made.append(cell);
  });
  return made;
}
function keep(sample, most) {
  samples.push(sample);
  if (samples.length > most) samples.shift();
}
async function json(path) {
  const answer = await fetch(path, { headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(5000) });
  if (!answer.ok) throw new Error(path + ' answered ' + answer.status);
  return answer.json();
}
// Shows the present every second; `show` answers the state in words and how it looks.
async function poll(show) {
  const state = by('state');
  try {
    [state.textContent, state.className] = await show();
    failures = 0;
  } catch (failure) {
    failures++;
    state.textContent = 'no answer ' + failures + ' times: what is shown is old (' + failure.message + ')';
    state.className = 'bad';
  }
  setTimeout(poll, 1000, show);
}
