//! A film: H.264 in MP4. Its pictures are not compressed (`I_PCM` macroblocks), so a few lines can write them.

/// Size in macroblocks of 16 pixels.
const WIDE: u32 = 12;
const HIGH: u32 = 8;
/// Pictures of a second.
const RATE: u32 = 2;

/// So many seconds of a light that grows.
pub(super) fn film(seconds: u32) -> Vec<u8> {
    let count = seconds * RATE;
    let pictures: Vec<Vec<u8>> = (0..count).map(|at| picture(at, count)).collect();
    let start = boxed(*b"ftyp", b"isom\x00\x00\x02\x00isomiso2avc1mp41");
    // The sizes do not depend on the place, so the second time it is right.
    let before = start.len() + moov(&pictures, 0).len() + 8;
    let mut bytes = start;
    bytes.extend(moov(&pictures, u32::try_from(before).unwrap_or(0)));
    bytes.extend(boxed(*b"mdat", &pictures.concat()));
    bytes
}

/// One picture as a length and a slice of its own.
fn picture(at: u32, count: u32) -> Vec<u8> {
    let mut bits = Bits::default();
    // First macroblock 0, an I slice, parameters 0, frame 0, picture id, no reordering, the usual quantiser, no filter.
    bits.ue(0);
    bits.ue(7);
    bits.ue(0);
    bits.u(4, 0);
    bits.ue(at % 2);
    bits.u(2, 0);
    bits.se_zero();
    bits.ue(1);
    for row in 0..HIGH {
        for column in 0..WIDE {
            // I_PCM: 256 samples of light, twice 64 of colour.
            bits.ue(25);
            bits.align();
            let light = 40 + 180 * at / count + ((row + column) % 2) * 20;
            let light = u8::try_from(light.min(235)).unwrap_or(235);
            bits.bytes.extend([light; 256]);
            bits.bytes.extend([110; 64]);
            bits.bytes.extend([150; 64]);
        }
    }
    let unit = bits.unit(0x65);
    let mut sample = size(unit.len()).to_vec();
    sample.extend(unit);
    sample
}

/// What a decoder needs to know: Baseline, no compression to speak of, `WIDE` by `HIGH` macroblocks.
fn parameters() -> (Vec<u8>, Vec<u8>) {
    let mut sps = Bits {
        bytes: vec![66, 0xc0, 30],
        ..Bits::default()
    };
    for value in [0, 0, 2, 0] {
        // Parameter set 0, frame numbers of 4 bits, order as decoded, no references.
        sps.ue(value);
    }
    sps.u(1, 0);
    sps.ue(WIDE - 1);
    sps.ue(HIGH - 1);
    // Frames only, direct inference, no cropping, no usability information.
    sps.u(4, 0b1100);
    let mut pps = Bits::default();
    pps.ue(0);
    pps.ue(0);
    pps.u(2, 0);
    for _ in 0..3 {
        pps.ue(0);
    }
    pps.u(3, 0);
    for _ in 0..3 {
        pps.se_zero();
    }
    // The deblocking filter can be switched off, which pictures do.
    pps.u(3, 0b100);
    (sps.unit(0x67), pps.unit(0x68))
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    left: u32,
}

impl Bits {
    fn u(&mut self, count: u32, value: u32) {
        for place in (0..count).rev() {
            if self.left == 0 {
                self.bytes.push(0);
                self.left = 8;
            }
            self.left -= 1;
            let bit = u8::from((value >> place) & 1 == 1);
            if let Some(last) = self.bytes.last_mut() {
                *last |= bit << self.left;
            }
        }
    }

    /// Exponential Golomb.
    fn ue(&mut self, value: u32) {
        let length = 32 - (value + 1).leading_zeros();
        self.u(length - 1, 0);
        self.u(length, value + 1);
    }

    fn se_zero(&mut self) {
        self.ue(0);
    }

    fn align(&mut self) {
        self.left = 0;
    }

    /// With its header, its end, and the bytes that keep it from looking like a beginning.
    fn unit(mut self, header: u8) -> Vec<u8> {
        self.u(1, 1);
        let mut unit = vec![header];
        let mut zeros = 0;
        for byte in self.bytes {
            if zeros >= 2 && byte <= 3 {
                unit.push(3);
                zeros = 0;
            }
            zeros = if byte == 0 { zeros + 1 } else { 0 };
            unit.push(byte);
        }
        unit
    }
}

fn moov(pictures: &[Vec<u8>], offset: u32) -> Vec<u8> {
    let count = u32::try_from(pictures.len()).unwrap_or(0);
    let length = count * 1000 / RATE;
    let matrix = words(&[0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000]);
    let movie = [
        words(&[0, 0, 0, 1000, length, 0x1_0000, 0x0100_0000, 0, 0]),
        matrix.clone(),
        words(&[0, 0, 0, 0, 0, 0, 2]),
    ];
    let header = [
        words(&[3, 0, 0, 1, 0, length, 0, 0, 0, 0]),
        matrix,
        words(&[(WIDE * 16) << 16, (HIGH * 16) << 16]),
    ];
    let medium = words(&[0, 0, 0, 1000, length, 0x55c4_0000]);
    let hdlr = [words(&[0, 0]), b"vide".to_vec(), vec![0; 13]];
    let vmhd = words(&[1, 0, 0]);
    let dref = [words(&[0, 1]), boxed(*b"url ", &words(&[1]))].concat();
    let minf = [
        boxed(*b"vmhd", &vmhd),
        boxed(*b"dinf", &boxed(*b"dref", &dref)),
        boxed(*b"stbl", &table(pictures, offset)),
    ];
    let mdia = [
        boxed(*b"mdhd", &medium),
        boxed(*b"hdlr", &hdlr.concat()),
        boxed(*b"minf", &minf.concat()),
    ];
    let trak = [
        boxed(*b"tkhd", &header.concat()),
        boxed(*b"mdia", &mdia.concat()),
    ];
    let moov = [
        boxed(*b"mvhd", &movie.concat()),
        boxed(*b"trak", &trak.concat()),
    ];
    boxed(*b"moov", &moov.concat())
}

/// Where each picture is, and how to read it.
fn table(pictures: &[Vec<u8>], offset: u32) -> Vec<u8> {
    let count = u32::try_from(pictures.len()).unwrap_or(0);
    let (sps, pps) = parameters();
    let short = |bytes: &[u8]| size(bytes.len())[2..].to_vec();
    let decoder = [
        vec![1, 66, 0xc0, 30, 0xff, 0xe1],
        short(&sps),
        sps,
        vec![1],
        short(&pps),
        pps,
    ];
    let entry = [
        words(&[0, 1, 0, 0, 0, 0, ((WIDE * 16) << 16) | (HIGH * 16)]),
        words(&[0x48_0000, 0x48_0000, 0, 0x1_0000]),
        vec![0; 30],
        vec![0, 24, 0xff, 0xff],
        boxed(*b"avcC", &decoder.concat()),
    ];
    let stsd = [words(&[0, 1]), boxed(*b"avc1", &entry.concat())];
    let sizes: Vec<u32> = pictures
        .iter()
        .map(|picture| u32::try_from(picture.len()).unwrap_or(0))
        .collect();
    [
        boxed(*b"stsd", &stsd.concat()),
        boxed(*b"stts", &words(&[0, 1, count, 1000 / RATE])),
        boxed(*b"stsc", &words(&[0, 1, 1, count, 1])),
        boxed(*b"stsz", &[words(&[0, 0, count]), words(&sizes)].concat()),
        boxed(*b"stco", &words(&[0, 1, offset])),
    ]
    .concat()
}

fn boxed(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    [&size(content.len() + 8)[..], &name, content].concat()
}

fn words(values: &[u32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_be_bytes())
        .collect()
}

fn size(count: usize) -> [u8; 4] {
    u32::try_from(count).unwrap_or(u32::MAX).to_be_bytes()
}
