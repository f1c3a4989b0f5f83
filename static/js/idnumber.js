/* Judging a number while it is typed: the same rules as config/lib/idnumber.py, held equal to it
   by tests/lib/test_idnumber.py. Pure functions, no page. */

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = "10X98765432";
const FIRST_YEAR = 1850; // nobody alive was born before
// Blanks, control and invisible characters, quotes, hyphens and the = of ="…".
// eslint-disable-next-line no-control-regex
const IGNORED = /[\s\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff'"‘’“”`=\-‐-―−]/g;
const SHAPES = {
  passport: /^[A-Z0-9]{5,20}$/,
  hk_macao_pass: /^[HM]\d{8}(\d{2})?$/,
  taiwan_pass: /^\d{8}$/,
  birth_certificate: /^[A-Z]\d{9}$/,
};

/** Without blanks, invisible characters, quotes and hyphens; half-width, capital X. */
export function clean(text) {
  return String(text || "").normalize("NFKC").replace(IGNORED, "").toUpperCase()
    .replace(/[×ΧХ]/g, "X");
}

/** The 18th character for 17 digits. */
export function checkDigit(first17) {
  let sum = 0;
  for (let i = 0; i < 17; i += 1) sum += Number(first17[i]) * WEIGHTS[i];
  return CHECKS[sum % 11];
}

/** YYYYMMDD as "YYYY-MM-DD", or null where it is no date. */
function birthDate(digits) {
  const year = Number(digits.slice(0, 4));
  const month = Number(digits.slice(4, 6));
  const day = Number(digits.slice(6, 8));
  const date = new Date(Date.UTC(year, month - 1, day));
  const real = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1
    && date.getUTCDate() === day && year >= FIRST_YEAR;
  return real ? `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}` : null;
}

function kindOfLong(number) {
  if (["810000", "820000", "830000"].includes(number.slice(0, 6))) return "hmt_permit";
  return number[0] === "9" ? "foreign_permanent" : "resident_id";
}

/** What a spreadsheet leaves of 18 digits typed as a number. */
function damaged(number) {
  if (/^(\d(\.\d+)?E\+?\d+|\d{15,18}\.0+)$/.test(number)) return true;
  return /^\d{15}000$/.test(number) && checkDigit(number) !== "0";
}

/**
 * What a number is: {number, kind, problem, bornOn, sex, converted, expected, position}.
 * problem: "", empty, length, characters, date, future, check_digit, damaged.
 * today: "YYYY-MM-DD".
 */
export function judge(text, today, kind = "resident_id") {
  const verdict = {
    number: clean(text), kind, problem: "", bornOn: null, sex: "", converted: false, expected: "",
    position: 0,
  };
  if (!verdict.number) return { ...verdict, problem: "empty" };
  if (kind === "guardian") return judgeGuardian(verdict, today);
  if (SHAPES[kind]) {
    return { ...verdict, problem: SHAPES[kind].test(verdict.number) ? "" : "characters" };
  }
  return judgeLong(verdict, today);
}

/** A guardian's number and the child's serial; with a problem, the guardian's number alone. */
function judgeGuardian(verdict, today) {
  const parts = /^([0-9X]{18})([1-9]\d?)$/.exec(verdict.number);
  if (!parts) return { ...verdict, problem: "characters" };
  const parent = judgeLong({ ...verdict, number: parts[1] }, today);
  if (parent.problem) return { ...parent, kind: "guardian", bornOn: null, sex: "" };
  return { ...verdict, number: `${parts[1]}-${parts[2]}` };
}

function judgeLong(start, today) {
  const verdict = { ...start, kind: "resident_id" };
  if (/^\d{15}$/.test(verdict.number)) {
    const first17 = `${verdict.number.slice(0, 6)}19${verdict.number.slice(6)}`;
    verdict.number = first17 + checkDigit(first17);
    verdict.converted = true;
  }
  const { number } = verdict;
  if (damaged(number)) return { ...verdict, problem: "damaged" };
  if (/^[A-Z]{3}\d{12}$/.test(number)) return { ...verdict, kind: "foreign_permanent" };
  const characters = [...number];
  if (characters.length !== 18) return { ...verdict, problem: "length" };
  if (!/^\d{17}[\dX]$/.test(number)) {
    const position = characters.findIndex((character) => !/[0-9]/.test(character)) + 1;
    return { ...verdict, problem: "characters", position };
  }
  verdict.kind = kindOfLong(number);
  verdict.bornOn = birthDate(number.slice(6, 14));
  if (!verdict.bornOn) return { ...verdict, problem: "date", position: 7, converted: false };
  if (verdict.bornOn > today) {
    return { ...verdict, problem: "future", position: 7, converted: false };
  }
  verdict.sex = Number(number[16]) % 2 ? "M" : "F";
  const expected = checkDigit(number);
  if (expected !== number[17]) return { ...verdict, problem: "check_digit", expected, position: 18 };
  return verdict;
}
