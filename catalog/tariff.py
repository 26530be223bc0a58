"""Rows of China's tariff that the mall sells under.

A small curated table after the tariff of 2026 (进出口税则), enough for what our sellers export, not the whole
of it: check a row against the tariff before goods are declared under it. KITA adds and corrects rows at the
desk; those stay as they are. The general tariff is due only above the limits.
"""

import datetime
from decimal import Decimal

from catalog.models import HsCode

VALID_FROM = datetime.date(2019, 4, 1)
STANDARD, LOWER = HsCode.Vat.STANDARD, HsCode.Vat.LOWER
NONE, COSMETICS = HsCode.Consumption.NONE, HsCode.Consumption.HIGH_END_COSMETICS

# code, Korean, Chinese, legal unit (customs' code), VAT, consumption tax, general tariff
ROWS = [
    ("0409000000", "꿀", "天然蜂蜜", "035", LOWER, NONE, "0.15"),
    ("0813409090", "말린 과일", "其他干果", "035", LOWER, NONE, "0.25"),
    ("1106300000", "과실·견과 분말", "水果及坚果细粉", "035", STANDARD, NONE, "0.20"),
    ("1211209900", "인삼 뿌리", "其他鲜或干的人参", "035", LOWER, NONE, "0.20"),
    ("1302199099", "식물성 추출물", "其他植物液汁及浸膏", "035", STANDARD, NONE, "0.20"),
    ("1704900000", "설탕과자", "不含可可的糖食", "035", STANDARD, NONE, "0.10"),
    ("1902190090", "건면", "其他未包馅的生面食", "035", STANDARD, NONE, "0.10"),
    ("1902303000", "즉석면", "即食或快熟面条", "035", STANDARD, NONE, "0.10"),
    ("1904100000", "곡물 팽화 식품", "膨化或烘炒谷物制成的食品", "035", STANDARD, NONE, "0.10"),
    ("1904900000", "조리된 쌀 식품", "其他预煮谷物食品", "035", STANDARD, NONE, "0.10"),
    ("1905310000", "비스킷", "甜饼干", "035", STANDARD, NONE, "0.10"),
    ("1905900000", "기타 빵·과자", "其他面包糕饼", "035", STANDARD, NONE, "0.10"),
    ("2005999990", "조제 채소", "其他未用醋制作的蔬菜", "035", STANDARD, NONE, "0.05"),
    ("2006009090", "설탕 절임", "其他糖渍蔬菜水果", "035", STANDARD, NONE, "0.20"),
    ("2007991000", "과일 잼·청", "其他烹煮的果酱果冻", "035", STANDARD, NONE, "0.05"),
    ("2008199990", "조제 견과", "其他制作的坚果", "035", STANDARD, NONE, "0.10"),
    ("2008993100", "조미 김", "调味紫菜", "035", STANDARD, NONE, "0.15"),
    ("2009899990", "과일·채소 주스", "其他未混合果蔬汁", "035", STANDARD, NONE, "0.20"),
    ("2101120000", "커피 조제품", "以咖啡为基本成分的制品", "035", STANDARD, NONE, "0.12"),
    ("2103909000", "소스·장류", "其他调味汁及制品", "035", STANDARD, NONE, "0.12"),
    ("2104100000", "수프", "汤料及其制品", "035", STANDARD, NONE, "0.12"),
    ("2106905090", "차 조제품", "其他饮料用制品", "035", STANDARD, NONE, "0.12"),
    ("2106909090", "기타 조제 식품", "其他编号未列名的食品", "035", STANDARD, NONE, "0.12"),
    ("3304100091", "입술 화장품", "唇用化妆品", "035", STANDARD, COSMETICS, "0.05"),
    ("3304200091", "눈 화장품", "眼用化妆品", "035", STANDARD, COSMETICS, "0.05"),
    ("3304300003", "손톱 화장품", "指（趾）甲化妆品", "035", STANDARD, COSMETICS, "0.05"),
    ("3304910090", "파우더", "粉状化妆品", "035", STANDARD, COSMETICS, "0.05"),
    ("3304990039", "기초 화장품", "其他美容品及护肤品", "035", STANDARD, COSMETICS, "0.05"),
    ("3305100090", "샴푸", "洗发剂", "035", STANDARD, NONE, "0.03"),
    ("3305900000", "기타 두발용품", "其他护发品", "035", STANDARD, NONE, "0.03"),
    ("3306101090", "치약", "牙膏", "035", STANDARD, NONE, "0.03"),
    ("3401300000", "세안·세정제", "洁肤用有机表面活性产品", "035", STANDARD, NONE, "0.065"),
    ("3924100000", "플라스틱 식탁용품", "塑料制餐具及厨房用具", "035", STANDARD, NONE, "0.065"),
    ("3926909090", "기타 플라스틱 제품", "其他塑料制品", "035", STANDARD, NONE, "0.065"),
    ("4202220000", "가방", "以塑料或纺织材料作面的手提包", "007", STANDARD, NONE, "0.06"),
    ("4202310090", "지갑", "以皮革作面的钱包", "035", STANDARD, NONE, "0.06"),
    ("4202320000", "주머니·필통", "以塑料或纺织材料作面的小件", "035", STANDARD, NONE, "0.06"),
    ("4420909090", "나전·목제 상자", "其他木制装饰品及盒", "035", STANDARD, NONE, "0"),
    ("4820100000", "노트·수첩", "笔记本及日记本", "035", STANDARD, NONE, "0.05"),
    ("4821100000", "인쇄 라벨·스티커", "印制的纸或纸板标签", "035", STANDARD, NONE, "0.05"),
    ("4823909000", "기타 종이 제품", "其他纸制品", "035", STANDARD, NONE, "0.05"),
    ("4903000000", "아동 그림책", "儿童图画书及涂色书", "035", LOWER, NONE, "0"),
    ("6109100022", "면 티셔츠", "棉制针织T恤", "011", STANDARD, NONE, "0.06"),
    ("6110200090", "면 니트", "棉制针织套头衫及开襟衫", "011", STANDARD, NONE, "0.06"),
    ("6111200000", "면 유아복", "棉制针织婴儿服装", "035", STANDARD, NONE, "0.06"),
    ("6115950019", "면 양말", "棉制针织短袜", "035", STANDARD, NONE, "0.06"),
    ("6202309000", "여성 자켓", "女式棉制夹克及类似品", "011", STANDARD, NONE, "0.06"),
    ("6204390099", "한복·재킷", "其他纺织材料制女式上衣", "011", STANDARD, NONE, "0.06"),
    ("6204420000", "면 원피스", "棉制女式连衣裙", "011", STANDARD, NONE, "0.06"),
    ("6214900090", "스카프", "其他材料制围巾", "035", STANDARD, NONE, "0.06"),
    ("6304920000", "면 장식용 직물", "棉制非针织装饰用织物", "035", STANDARD, NONE, "0.06"),
    ("6404199000", "고무창 신발", "橡胶或塑料底纺织面鞋", "025", STANDARD, NONE, "0.10"),
    ("6911101900", "자기 식기", "其他瓷餐具", "035", STANDARD, NONE, "0.07"),
    ("6912001000", "도기 식기", "陶餐具", "035", STANDARD, NONE, "0.07"),
    ("7007190000", "강화유리", "其他钢化安全玻璃", "032", STANDARD, NONE, "0.07"),
    ("7117190000", "금속 장신구", "其他贱金属制仿首饰", "035", STANDARD, NONE, "0.08"),
    ("7117900000", "기타 장신구", "未列名材料制仿首饰", "035", STANDARD, NONE, "0.08"),
    ("7323930000", "스테인리스 주방용품", "不锈钢制餐桌及厨房器具", "035", STANDARD, NONE, "0.07"),
    ("7326201000", "열쇠고리", "钢铁丝制品", "035", STANDARD, NONE, "0.08"),
    ("7418109000", "구리 식탁용품", "铜制餐桌及厨房器具", "035", STANDARD, NONE, "0.08"),
    ("7615109090", "알루미늄 주방용품", "铝制餐桌及厨房器具", "035", STANDARD, NONE, "0.08"),
    ("8211920000", "칼", "刃面固定的其他刀", "035", STANDARD, NONE, "0.07"),
    ("8215990000", "수저", "其他餐具", "035", STANDARD, NONE, "0.07"),
    ("8302500000", "거치대", "贱金属制支架", "035", STANDARD, NONE, "0.08"),
    ("8414519900", "선풍기", "其他功率不超过125瓦风扇", "001", STANDARD, NONE, "0.06"),
    ("8471607100", "키보드", "键盘", "001", STANDARD, NONE, "0"),
    ("8479892000", "가습기", "空气增湿器", "001", STANDARD, NONE, "0"),
    ("8504401990", "충전기", "其他稳压电源", "001", STANDARD, NONE, "0"),
    ("8507600090", "보조배터리", "锂离子蓄电池", "001", STANDARD, NONE, "0.08"),
    ("8509409000", "블렌더", "食品研磨搅拌器", "001", STANDARD, NONE, "0.07"),
    ("8516310000", "드라이어", "电吹风机", "001", STANDARD, NONE, "0.07"),
    ("8516320000", "고데기", "其他电热理发器具", "001", STANDARD, NONE, "0.07"),
    ("8516603000", "전기밥솥", "电饭锅", "001", STANDARD, NONE, "0.07"),
    ("8516799000", "전기포트", "其他电热器具", "001", STANDARD, NONE, "0.07"),
    ("8517130000", "스마트폰", "智能手机", "001", STANDARD, NONE, "0"),
    ("8518300000", "이어폰", "耳机及耳塞机", "007", STANDARD, NONE, "0"),
    ("9019101000", "마사지 기기", "按摩器具", "001", STANDARD, NONE, "0.04"),
    ("9405210000", "탁상 조명", "发光二极管台灯", "035", STANDARD, NONE, "0.05"),
    ("9405420000", "LED 조명", "其他发光二极管灯具", "035", STANDARD, NONE, "0.05"),
    ("9503002900", "인형", "其他玩偶", "035", STANDARD, NONE, "0"),
    ("9503008900", "기타 완구", "其他玩具", "035", STANDARD, NONE, "0"),
    ("9603210000", "칫솔", "牙刷", "012", STANDARD, NONE, "0.08"),
    ("9603302090", "화장용 붓", "施敷化妆品的笔刷", "012", STANDARD, NONE, "0.08"),
    ("9609101000", "연필", "铅笔", "035", STANDARD, NONE, "0.08"),
    ("9608100000", "볼펜", "圆珠笔", "012", STANDARD, NONE, "0.08"),
    ("9617001900", "보온병", "保温瓶及其他真空容器", "035", STANDARD, NONE, "0.08"),
    ("9619001100", "기저귀·물티슈", "供婴儿使用的尿裤及尿布", "035", STANDARD, NONE, "0.04"),
]


def enact(**_) -> None:
    """Put in the rows that are not there yet: after every migrate."""
    HsCode.objects.bulk_create(
        [
            HsCode(
                code=code,
                name_ko=name_ko,
                name_zh_hans=name_zh,
                unit=unit,
                vat=vat,
                consumption=consumption,
                general_tariff=Decimal(tariff),
                valid_from=VALID_FROM,
            )
            for code, name_ko, name_zh, unit, vat, consumption, tariff in ROWS
        ],
        ignore_conflicts=True,
    )
