package io.lethe.schemas.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class SchemaStyleTest {

  @Test
  void shouldDocumentEveryField() {
    assertThat(Schemas.fields().count()).isGreaterThan(100);
    assertThat(
            Schemas.fields()
                .filter(field -> isBlank(field.getValue().doc()))
                .map(Map.Entry::getKey))
        .isEmpty();
  }

  @Test
  void shouldDocumentEveryRecordAndEnum() {
    assertThat(
            Schemas.named().values().stream()
                .filter(schema -> isBlank(schema.getDoc()))
                .map(Schema::getFullName))
        .isEmpty();
  }

  @Test
  void shouldGiveEveryEnumADefaultForSymbolsOfTomorrow() {
    List<Schema> enums =
        Schemas.named().values().stream()
            .filter(schema -> schema.getType() == Schema.Type.ENUM)
            .toList();
    assertThat(enums).hasSize(9);
    assertThat(enums).allMatch(schema -> "UNKNOWN".equals(schema.getEnumDefault()));
    assertThat(enums).allMatch(schema -> schema.getEnumSymbols().get(0).equals("UNKNOWN"));
  }

  @Test
  void shouldUseUnionsForOptionalFieldsOnly() {
    assertThat(
            Schemas.fields()
                .filter(field -> field.getValue().schema().isUnion())
                .filter(
                    field ->
                        field.getValue().schema().getTypes().size() != 2
                            || field.getValue().schema().getTypes().get(0).getType()
                                != Schema.Type.NULL)
                .map(Map.Entry::getKey))
        .isEmpty();
  }

  @Test
  void shouldWriteEveryTimeAsATimestamp() {
    assertThat(
            Schemas.fields()
                .filter(field -> field.getKey().endsWith("At"))
                .filter(field -> !field.getValue().schema().toString().contains("timestamp-millis"))
                .map(Map.Entry::getKey))
        .isEmpty();
  }

  private static boolean isBlank(String text) {
    return text == null || text.isBlank();
  }
}
