// Writing into a field as a keyboard does: at the caret, with an `input` event, within its longest length.

const SELECTABLE = /^(text|search|tel|url|password)?$/;

export function insert(field, text) {
  const [start, end] = caret(field);
  const room = field.maxLength >= 0 ? field.maxLength - field.value.length + (end - start) : Infinity;
  const fitting = text.length > room ? text.slice(0, room) : text;
  if (fitting) replace(field, fitting, start, end, "insertText");
}

/** What is selected, else one character; a character outside the plain block is two units. */
export function erase(field) {
  const [start, end] = caret(field);
  if (start !== end) replace(field, "", start, end, "deleteContentBackward");
  else if (start > 0) replace(field, "", start - (Array.from(field.value.slice(0, start)).at(-1)?.length ?? 1), start, "deleteContentBackward");
}

/** Replaces everything, and gives what stood there. */
export function fill(field, text) {
  const before = field.value;
  if (before !== text) replace(field, text, 0, before.length, "insertReplacementText");
  return before;
}

function caret(field) {
  const last = field.value.length;
  return SELECTABLE.test(field.type) || field.type === "textarea" ? [field.selectionStart ?? last, field.selectionEnd ?? last] : [last, last];
}

function replace(field, text, start, end, inputType) {
  if (SELECTABLE.test(field.type) || field.type === "textarea") field.setRangeText(text, start, end, "end");
  else field.value = field.value.slice(0, start) + text + field.value.slice(end);
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType, data: text || null }));
  field.scrollTop = field.selectionEnd === field.value.length ? field.scrollHeight : field.scrollTop;
}
