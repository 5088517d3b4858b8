package io.lethe.intake.http;

/** Examples of the OpenAPI document; a test sends each of them. */
final class Examples {
  static final String ALL =
      """
      {
        "requestId": "3f2c8a5e-6d0b-4f3a-9a51-0c4f6f1d7b21",
        "subject": "account-4711",
        "scope": {"kind": "ALL"},
        "regime": "GDPR"
      }""";

  static final String ITEMS =
      """
      {
        "requestId": "b7a1f0d2-4a7e-4d52-8f07-5b9a4f8c1e33",
        "subject": "account-4711",
        "scope": {"kind": "ITEMS", "itemIds": ["42", "1984"]},
        "regime": "CCPA",
        "source": "shop"
      }""";

  static final String TIME_RANGE =
      """
      {
        "requestId": "0d9f6c1b-2f43-4a6b-bf0e-6a3a8f9e2d10",
        "subject": "account-4711",
        "scope": {"kind": "TIME_RANGE", "from": "2025-01-01T00:00:00Z", "until": "2025-07-01T00:00:00Z"},
        "regime": "INTERNAL"
      }""";

  static final String STATUS =
      """
      {
        "requestId": "3f2c8a5e-6d0b-4f3a-9a51-0c4f6f1d7b21",
        "status": "pending",
        "stage": "RECEIVED",
        "regime": "GDPR",
        "receivedAt": "2026-01-31T12:00:00Z",
        "acceptedAt": "2026-01-31T12:00:00Z",
        "expectedBy": "2026-02-28T22:59:59.999Z",
        "extension": null,
        "withdrawalRequested": false,
        "suppressedAt": null,
        "unlearnedAt": null,
        "exactAt": null,
        "adapterVersion": null,
        "receipt": null,
        "reason": null
      }""";

  static final String EXTENSION =
      """
      {
        "reason": "COMPLEXITY",
        "notifiedAt": "2026-05-10T09:00:00Z"
      }""";

  static final String PROBLEM =
      """
      {
        "type": "urn:lethe:problem:unknown-regime",
        "title": "Unknown regime",
        "status": 400,
        "detail": "regime is a string of 4 characters that names no regime; send one of [GDPR, UK, CCPA, DROP, INTERNAL].",
        "field": "regime"
      }""";

  private Examples() {}
}
