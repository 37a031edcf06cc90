/** Reads incidents with their places from the database, in the form that reports show. */
import { type IncidentRow, listOccurrences, type OccurrenceRow } from "../db/incidents.ts";
import { listOwnRuleNames } from "../db/own-rules.ts";
import { reportedPlaceOf } from "../db/reported-place.ts";
import type { ReportedKey } from "../model/head-report.ts";
import { keyIdOf } from "../model/key-id.ts";
import { isOwnRuleId } from "../model/own-rule.ts";
import type { ProviderGuide } from "../model/rule.ts";
import { isOpen } from "../triage/conclude.ts";
import { getOwnGuide } from "./own/join-rules.ts";
import type { JobParts } from "./parts.ts";
import { getRule } from "./rule-facts.ts";

/** Places that are read of each key; one with that many may have more. */
export const PLACES_PER_KEY_MAX = 20;

export interface KeyDetails {
  readonly incident: IncidentRow;
  readonly key: ReportedKey;
  readonly guide: ProviderGuide;
  readonly occurrences: readonly OccurrenceRow[];
}

/** What a range says of an incident; a key in a text is introduced there, and stands there. */
interface Facts {
  readonly isIntroduced: boolean;
  readonly isInHead: boolean;
}

export async function readKeys<Incident extends IncidentRow>(
  parts: JobParts,
  incidents: readonly Incident[],
  factsOf: (incident: Incident) => Facts,
): Promise<readonly KeyDetails[]> {
  const ids = incidents.map((incident) => incident.id);
  const rows = await listOccurrences(parts.db, ids, PLACES_PER_KEY_MAX);
  const describe = await createDescriber(parts, incidents);
  const byIncident = Map.groupBy(rows, (row) => row.incident_id);
  return incidents.map((incident) => {
    const { ruleName, guide } = describe(incident);
    const occurrences = byIncident.get(incident.id) ?? [];
    const key: ReportedKey = {
      keyId: keyIdOf(incident.fingerprint),
      ruleName,
      providerName: guide.name,
      masked: incident.masked,
      lane: incident.lane,
      severity: incident.severity,
      ...factsOf(incident),
      isOpen: isOpen(incident),
      state: incident.state,
      verdict: incident.verdict,
      places: occurrences.map(reportedPlaceOf),
    };
    return { incident, key, guide, occurrences };
  });
}

interface RuleWords {
  readonly ruleName: string;
  readonly guide: ProviderGuide;
}

/** Own rules are asked of the database: one that counts no more still has the keys it found. */
async function createDescriber(
  parts: JobParts,
  incidents: readonly IncidentRow[],
): Promise<(incident: IncidentRow) => RuleWords> {
  const ofOwnRules = incidents.filter(({ rule_id }) => isOwnRuleId(rule_id));
  const places = new Set(ofOwnRules.map(({ repository_id }) => repository_id));
  const names = new Map(
    (await listOwnRuleNames(parts.db, [...places])).map(({ repository_id, id, name }) => [
      `${repository_id} ${id}`,
      name,
    ]),
  );
  return ({ repository_id, rule_id }) => {
    if (isOwnRuleId(rule_id)) {
      const ruleName = names.get(`${repository_id} ${rule_id}`) ?? rule_id;
      return { ruleName, guide: getOwnGuide(parts.rules) };
    }
    const { rule, guide } = getRule(parts.rules, rule_id);
    return { ruleName: rule.name, guide };
  };
}
