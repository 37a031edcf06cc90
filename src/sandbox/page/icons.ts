/** Small pictures of states, drawn inline so that no other file has to load. */
import { html } from "hono/html";
import type { Conversation } from "../conversation.ts";
import type { CheckRun } from "../state.ts";
import type { Markup } from "./layout.ts";

type Shape = "tick" | "cross" | "square" | "dot" | "bang";

interface Look {
  readonly shape: Shape;
  /** A class of the stylesheet. */
  readonly tone: "good" | "bad" | "calm" | "busy" | "done";
  readonly text: string;
}

const LOOK_OF_CONCLUSION: Readonly<Record<NonNullable<CheckRun["conclusion"]>, Look>> = {
  success: { shape: "tick", tone: "good", text: "Success" },
  failure: { shape: "cross", tone: "bad", text: "Failure" },
  timed_out: { shape: "cross", tone: "bad", text: "Timed out" },
  action_required: { shape: "bang", tone: "bad", text: "Action required" },
  cancelled: { shape: "bang", tone: "calm", text: "Cancelled" },
  neutral: { shape: "square", tone: "calm", text: "Neutral" },
  skipped: { shape: "square", tone: "calm", text: "Skipped" },
};

export function renderCheckIcon(run: CheckRun): Markup {
  return renderIcon(lookOf(run));
}

/** The state of a check run in words. */
export function checkText(run: CheckRun): string {
  return lookOf(run).text;
}

export function renderConversationState(target: Conversation): Markup {
  const look = lookOfConversation(target);
  return html`<span class="badge ${look.tone}">${renderIcon(look)} ${look.text}</span>`;
}

function lookOfConversation(target: Conversation): Look {
  const isPull = target.kind === "pull";
  if (isPull && target.merge !== null) return { shape: "tick", tone: "done", text: "Merged" };
  if (isPull && target.state === "closed") return { shape: "cross", tone: "bad", text: "Closed" };
  if (isPull && target.draft) return { shape: "dot", tone: "calm", text: "Draft" };
  if (target.state === "open") return { shape: "dot", tone: "good", text: "Open" };
  const text = target.stateReason === "not_planned" ? "Closed as not planned" : "Closed";
  return { shape: "tick", tone: "done", text };
}

function lookOf(run: CheckRun): Look {
  if (run.conclusion !== null) return LOOK_OF_CONCLUSION[run.conclusion];
  return { shape: "dot", tone: "busy", text: run.status === "queued" ? "Queued" : "In progress" };
}

function renderIcon({ shape, tone }: Look): Markup {
  return html`<svg class="icon ${tone}" viewBox="0 0 16 16" aria-hidden="true">
    <circle cx="8" cy="8" r="7" />${drawingOf(shape)}
  </svg>`;
}

function drawingOf(shape: Shape): Markup {
  if (shape === "tick") return html`<path d="M4.8 8.3l2.2 2.2 4.2-4.6" />`;
  if (shape === "cross") return html`<path d="M5.5 5.5l5 5m0-5l-5 5" />`;
  if (shape === "bang") return html`<path d="M8 4.2v4.6M8 11.3v.4" />`;
  if (shape === "square") return html`<path d="M5.6 5.6h4.8v4.8H5.6z" />`;
  return html`<circle class="core" cx="8" cy="8" r="2" />`;
}
