/** Keeps the page up to date without a reload. */

/** Inner HTML of each live part as the server sent it last, by its id. */
const shown = new Map();
/** One refresh at a time; a change meanwhile asks for one more. */
let running = false;
let again = false;

for (const part of document.querySelectorAll("[data-live]")) shown.set(part.id, part.innerHTML);
prepare(document);
const events = new EventSource("/events");
events.addEventListener("change", refresh);
// After a lost connection something may have been missed.
events.addEventListener("hello", refresh);

async function refresh() {
  again = true;
  if (running) return;
  running = true;
  try {
    while (again) {
      again = false;
      await replaceLiveParts();
    }
  } catch {
    // The server is away: the connection tells when it is back.
  } finally {
    running = false;
  }
}

async function replaceLiveParts() {
  const response = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(part.id);
    if (next === null || next.innerHTML === shown.get(part.id)) continue;
    const after = document.importNode(next, true);
    keepFolds(part, after);
    shown.set(part.id, next.innerHTML);
    part.replaceWith(after);
    prepare(after);
  }
}

/**
 * What the reader folded or unfolded stays so; new entries come as the server sends them.
 *
 * @param {Element} before
 * @param {Element} after
 */
function keepFolds(before, after) {
  for (const details of after.querySelectorAll("details[id]")) {
    const old = before.querySelector(`#${CSS.escape(details.id)}`);
    if (old?.hasAttribute("data-touched")) {
      details.toggleAttribute("open", old.hasAttribute("open"));
      details.setAttribute("data-touched", "");
    }
  }
}

/** @param {ParentNode} part */
function prepare(part) {
  for (const time of part.querySelectorAll("time")) {
    time.textContent = new Date(time.dateTime).toLocaleTimeString();
  }
  for (const summary of part.querySelectorAll("details[id] > summary")) {
    summary.addEventListener("click", () =>
      summary.parentElement?.setAttribute("data-touched", ""),
    );
  }
  for (const block of part.querySelectorAll("[data-copy]")) block.append(makeCopyButton(block));
}

/** @param {Element} block */
function makeCopyButton(block) {
  const text = block.textContent?.trim() ?? "";
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
    setTimeout(() => {
      button.textContent = "Copy";
    }, 1_500);
  });
  return button;
}
