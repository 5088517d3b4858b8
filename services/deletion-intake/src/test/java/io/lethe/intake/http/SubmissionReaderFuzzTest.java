package io.lethe.intake.http;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.lethe.intake.domain.RefusedException;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** Whatever body is posted: it is a request, or it is refused with a problem. */
class SubmissionReaderFuzzTest {
  private static final SubmissionReader READER =
      new SubmissionReader(new SubjectPseudonymizer(new byte[32]), 1000, 65_536);

  @FuzzTest(maxDuration = "10m")
  void shouldReadOrRefuseABody(byte[] body) throws IOException {
    try {
      READER.read(new ByteArrayInputStream(body), null, "shop").get(0).contentDigest();
    } catch (RefusedException refused) {
      // Declared, and answered with a problem.
    }
  }
}
