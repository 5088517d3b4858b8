package io.lethe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.lethe.engine.EngineException;
import io.lethe.engine.EngineSettings;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceChoiceTest {
  @ParameterizedTest
  @CsvSource({
    "cpu, false, 0, cpu()",
    "cpu, true, 2, cpu()",
    "auto, false, 0, cpu()",
    "auto, true, 0, cpu()",
    "auto, true, 2, gpu(0)",
    "cuda, true, 1, gpu(0)",
    "cuda:1, true, 2, gpu(1)",
  })
  void shouldChooseWhatTheMachineHas(String wanted, boolean built, int gpus, String expected) {
    Device chosen = DeviceChoice.of(wanted, built, gpus);
    assertThat(chosen.toString().toLowerCase(Locale.ROOT)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cuda | false | 0 | built without CUDA",
        "cuda:1 | false | 0 | built without CUDA",
        "cuda | true | 0 | the driver shows 0 GPUs",
        "cuda:2 | true | 2 | the driver shows 2 GPUs",
      })
  void shouldNotServeByTheProcessorWhoAsksForAGpu(
      String wanted, boolean built, int gpus, String message) {
    assertThatThrownBy(() -> DeviceChoice.of(wanted, built, gpus))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("device is " + wanted)
        .hasMessageContaining(message)
        .hasMessageContaining("auto");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu", "cuda:", "cuda:x", "CPU", ""})
  void shouldRefuseADeviceOfNoKnownName(String device) {
    EngineSettings settings = EngineSettings.defaults();
    assertThatThrownBy(() -> settings.withDevice(device))
        .isInstanceOf(EngineException.class)
        .hasMessage("device must be cpu, cuda, cuda:N or auto");
    assertThatThrownBy(() -> settings.withDeviceOf("lethe.device", device))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "lethe.device must be cpu, cuda, cuda:N for the GPU numbered N, or auto, but has "
                + device.length()
                + " characters that are none of these; leave it out to compute on the processor");
  }

  @Test
  void shouldOpenAModelWhereTheSettingSays() {
    assertThat(EngineSettings.defaults().device()).isEqualTo(EngineSettings.CPU);
    EngineSettings settings = EngineSettings.defaults().withDevice(EngineSettings.AUTO);
    FamilyFixture fixture = FamilyFixture.of("qwen2");
    try (LanguageModel model = fixture.open(settings)) {
      assertThat(model.settings().withThreads(1).withPrecision("f32").device()).isEqualTo("auto");
      assertThat(model.device()).matches("cpu|cuda:0");
      assertThat(model.logits(fixture.prompts(), null)).hasSize(6);
    }
  }
}
